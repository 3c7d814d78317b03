/**
 * The table of how each op of the runtime is expressed in ONNX's operators.
 *
 * @module
 */
import { priorBoxes } from "../prior_boxes.ts";
import { detectionOutput } from "./detection.ts";
import { affine, batchNorm, dense, eltwise, functions, prelu, softmax } from "./elementwise.ts";
import type { Entry, Table } from "./entry.ts";
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
  unpool,
  upsample,
} from "./rearranging.ts";
import { proposal } from "./proposal.ts";
import { psroiPool, roiAverage, roiPool } from "./regions.ts";
import { correlation, downsample, flowWarp, interp, resample } from "./sampling.ts";
import { argMax, ctcGreedy, recurrent } from "./sequences.ts";
import { conv, deconv2d, im2col } from "./windows.ts";
import { yoloOutput } from "./yolo_output.ts";

const priorBox: Entry<"priorBox"> = ({ onnx, attributes, inputs, shape }) =>
  onnx.floats(shape, priorBoxes(attributes, inputs.map(({ shape }) => shape), shape));

/** An entry, or the reason why there is none, for every op of the runtime. */
export const table: Table = {
  ...functions,
  affine,
  argMax,
  batchNorm,
  concat,
  conv2d: conv,
  conv3d: conv,
  correlation,
  crop,
  ctcGreedy,
  deconv2d,
  dense,
  detectionOutput,
  downsample,
  eltwise,
  flowWarp,
  gather,
  im2col,
  interp,
  lrn,
  meanField: { refused: "ONNX has no filter over a permutohedral lattice" },
  norm,
  normalize,
  permute,
  pool2d,
  prelu,
  priorBox,
  proposal,
  psroiPool,
  recurrent,
  reduce,
  reorg,
  resample,
  reshape,
  reverse,
  reverseTime,
  roiAlign: { refused: "ONNX's RoiAlign does not divide regions into such bins" },
  roiAverage,
  roiPool,
  selectRows: { refused: "the number of rows that it selects depends on their values" },
  slice,
  softmax,
  standardize,
  tile,
  unpool,
  upsample,
  yoloOutput,
};
