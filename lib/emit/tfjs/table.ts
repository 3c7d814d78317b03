/**
 * The table of the runtime's ops as TensorFlow says them.
 *
 * @module
 */
import { ops } from "../../../runtime/ops/mod.ts";
import { count } from "../../../runtime/tensor.ts";
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

/** Only shapes matter, and not those of the batch: the boxes are known now. */
const priorBox: Entry<"priorBox"> = ({ tf, name, attributes, inputs, known }) => {
  const data = new Float32Array(count(known));
  const fed = inputs.map(({ known: shape }) => ({ shape, data: new Float32Array(0) }));
  ops.priorBox.reference(attributes, fed, { shape: known, data });
  return caffe(tf.constant(`${name}/boxes`, known, data));
};

const picks: Refusal = {
  refused: "it picks what it finds one after the other, so that its result has no shape of its own",
};
const bins: Refusal = { refused: "where its bins lie in the image depends on other values" };

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
  detectionOutput: picks,
  downsample,
  eltwise,
  flowWarp,
  gather,
  im2col,
  interp,
  lrn,
  meanField: {
    refused:
      "which pixels agree depends on their colours, in a lattice that has no shape of its own",
  },
  norm,
  normalize,
  permute,
  pool2d,
  prelu,
  priorBox,
  proposal: picks,
  psroiPool: bins,
  recurrent,
  reduce,
  reorg,
  resample,
  reshape,
  reverse,
  reverseTime,
  roiAlign: bins,
  roiAverage: bins,
  roiPool: bins,
  selectRows: picks,
  slice,
  softmax,
  standardize,
  tile,
  unpool: {
    refused:
      "of several elements with one position the last must stay, which TensorFlow leaves open",
  },
  upsample,
  yoloOutput: picks,
};
