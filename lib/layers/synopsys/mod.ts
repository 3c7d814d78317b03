/**
 * The layers that only Synopsys's fork has.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { hardTanh, logSoftmax, softplus, softsign, thresholdedRelu } from "./activations.ts";
import { expandDims, stack, unstack } from "./axes.ts";
import { batchToSpace, spaceToBatch } from "./batch_blocks.ts";
import { gather, gatherNd } from "./gather.ts";
import { gru } from "./gru.ts";
import { layerNorm, lpNormalization } from "./layer_norm.ts";
import { mirrorPad } from "./mirror_pad.ts";
import { oneHot } from "./one_hot.ts";
import { pow } from "./pow.ts";
import { reductions } from "./reduce.ts";
import { broadcastToLayer, tileND } from "./repeat.ts";
import { piece, stridedSlice } from "./strided_slice.ts";
import { cycles, twoOperands } from "./two_operands.ts";

export const synopsys: readonly Family[] = [
  ["Synopsys", [
    batchToSpace,
    broadcastToLayer,
    expandDims,
    gather,
    gatherNd,
    gru,
    hardTanh,
    layerNorm,
    logSoftmax,
    lpNormalization,
    mirrorPad,
    oneHot,
    piece,
    pow,
    softplus,
    softsign,
    spaceToBatch,
    stack,
    stridedSlice,
    thresholdedRelu,
    tileND,
    unstack,
    ...reductions,
    ...twoOperands,
  ]],
  ["Cambricon", cycles],
];
