/**
 * Layers of SenseTime's Caffe, as its tool chain NART writes and reads them.
 *
 * @module
 */
import type { Family, Layer } from "../layer.ts";
import { convolution } from "../bvlc/convolution.ts";
import { exchange } from "./exchange.ts";
import { heatMap2Coord } from "./heat_map_2_coord.ts";
import { nnInterp } from "./nn_interp.ts";
import { slGru, slLstm } from "./recurrent.ts";
import { reduce } from "./reduce.ts";
import { subpixelDown, subpixelUp } from "./subpixel.ts";

/** HoleConvolution: a convolution with a dilation, which Convolution can have as well. */
const holeConvolution: Layer = { ...convolution, type: "HoleConvolution" };

export const sensetime: readonly Family[] = [
  ["SenseTime", [
    exchange,
    heatMap2Coord,
    holeConvolution,
    nnInterp,
    reduce,
    slGru,
    slLstm,
    subpixelDown,
    subpixelUp,
  ]],
];
