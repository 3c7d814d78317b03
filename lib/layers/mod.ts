/**
 * The table of layers: every type of Caffe layer that can be converted.
 *
 * @module
 */
import type { Layer } from "./layer.ts";
import { absVal, bnll, sigmoid, tanh, threshold } from "./activations.ts";
import { dropout } from "./dropout.ts";
import { batchNorm } from "./batch_norm.ts";
import { convolution } from "./convolution.ts";
import { deconvolution } from "./deconvolution.ts";
import { innerProduct } from "./inner_product.ts";
import { lrn } from "./lrn.ts";
import { pooling } from "./pooling.ts";
import { elu } from "./elu.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { power } from "./power.ts";
import { prelu } from "./prelu.ts";
import { relu } from "./relu.ts";
import { softmax, softmaxWithLoss } from "./softmax.ts";

const table: readonly Layer[] = [
  absVal,
  bnll,
  dropout,
  batchNorm,
  convolution,
  deconvolution,
  innerProduct,
  lrn,
  pooling,
  elu,
  exp,
  log,
  power,
  prelu,
  relu,
  sigmoid,
  softmax,
  softmaxWithLoss,
  tanh,
  threshold,
];

/** The layers by their type. */
export const layers: ReadonlyMap<string, Layer> = new Map(
  table.map((layer) => [layer.type, layer]),
);
