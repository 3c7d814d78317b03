/**
 * Groups ops into a few kinds, each of which has a colour in diagrams.
 *
 * @module
 */
import type { OpName } from "../../runtime/ops/mod.ts";
import { functions } from "../../runtime/ops/unary.ts";

/** The kind of an op; `"other"` is mostly data movement. */
export type Kind =
  | "input"
  | "convolution"
  | "dense"
  | "pooling"
  | "activation"
  | "normalization"
  | "join"
  | "detection"
  | "other";

/** The kind of an op. */
export function kindOf(op: OpName | "custom"): Kind {
  return kinds[op as OpName] ?? (op in functions ? "activation" : "other");
}

const kinds: { readonly [Name in OpName]?: Kind } = {
  conv2d: "convolution",
  conv3d: "convolution",
  deconv2d: "convolution",
  correlation: "convolution",
  dense: "dense",
  gather: "dense",
  recurrent: "dense",
  pool2d: "pooling",
  unpool: "pooling",
  upsample: "pooling",
  interp: "pooling",
  resample: "pooling",
  downsample: "pooling",
  reduce: "pooling",
  roiPool: "pooling",
  roiAlign: "pooling",
  roiAverage: "pooling",
  psroiPool: "pooling",
  prelu: "activation",
  softmax: "activation",
  affine: "normalization",
  batchNorm: "normalization",
  lrn: "normalization",
  norm: "normalization",
  normalize: "normalization",
  standardize: "normalization",
  meanField: "normalization",
  concat: "join",
  eltwise: "join",
  priorBox: "detection",
  detectionOutput: "detection",
  proposal: "detection",
  yoloOutput: "detection",
};
