/**
 * The table of the runtime's ops in TensorFlow's.
 *
 * @module
 */
import { priorBoxes } from "../prior_boxes.ts";
import { affine, batchNorm, dense, eltwise, functions, prelu, softmax } from "./elementwise.ts";
import type { Entry, Refusal, Table } from "./entry.ts";
import { caffe } from "./operand.ts";
import { lrn, norm, normalize, pool2d, reduce, standardize } from "./pooling.ts";
import {
  concat,
  crop,
  gather,
  permute,
  reorg,
  reshape,
  reverse,
  reverseTime,
  slice,
  tile,
  upsample,
} from "./rearranging.ts";
import { correlation, downsample, flowWarp, interp, resample } from "./sampling.ts";
import { argMax, ctcGreedy, recurrent } from "./sequences.ts";
import { conv2d, conv3d, deconv2d, im2col } from "./windows.ts";

const priorBox: Entry<"priorBox"> = ({ tf, name, attributes, inputs, known }) => {
  const boxes = priorBoxes(attributes, inputs.map(({ known }) => known), known);
  return caffe(tf.constant(`${name}/boxes`, known, boxes));
};

const selection: Refusal = {
  refused: "it selects rows by their values, so that the shape of its output is not known",
};
const regionPooling: Refusal = {
  refused: "the extents of its bins depend on the values of regions",
};

/** Every op of the runtime. */
export const table: Table = {
  ...functions,
  affine,
  argMax,
  batchNorm,
  concat,
  conv2d,
  conv3d,
  correlation,
  crop,
  ctcGreedy,
  deconv2d,
  dense,
  detectionOutput: selection,
  downsample,
  eltwise,
  flowWarp,
  gather,
  im2col,
  interp,
  lrn,
  meanField: {
    refused: "its filter is a sparse lattice, whose shape depends on the colours of the image",
  },
  norm,
  normalize,
  permute,
  pool2d,
  prelu,
  priorBox,
  proposal: selection,
  psroiPool: regionPooling,
  recurrent,
  reduce,
  reorg,
  resample,
  reshape,
  reverse,
  reverseTime,
  roiAlign: regionPooling,
  roiAverage: regionPooling,
  roiPool: regionPooling,
  selectRows: selection,
  slice,
  softmax,
  standardize,
  tile,
  unpool: {
    refused:
      "of several elements with one position the last must win, which TensorFlow does not guarantee",
  },
  upsample,
  yoloOutput: selection,
};
