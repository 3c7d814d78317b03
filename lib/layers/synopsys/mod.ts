/**
 * The layers that only Synopsys's fork has.
 *
 * @module
 */
import type { Layer } from "../layer.ts";
import { logSoftmax, softplus, softsign, thresholdedRelu } from "./activations.ts";
import { expandDims, stack, unstack } from "./axes.ts";
import { gather } from "./gather.ts";
import { reductions } from "./reduce.ts";
import { broadcastTo, tileND } from "./repeat.ts";
import { piece, stridedSlice } from "./strided_slice.ts";
import { twoOperands } from "./two_operands.ts";

export const synopsys: readonly Layer[] = [
  broadcastTo,
  expandDims,
  gather,
  logSoftmax,
  piece,
  softplus,
  softsign,
  stack,
  stridedSlice,
  thresholdedRelu,
  tileND,
  unstack,
  ...reductions,
  ...twoOperands,
];
