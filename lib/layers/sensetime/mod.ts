/**
 * Layers of SenseTime's Caffe, as its tool chain NART writes and reads them.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { exchange } from "./exchange.ts";
import { heatMap2Coord } from "./heat_map_2_coord.ts";
import { holeConvolution } from "./hole_convolution.ts";
import { nnInterp } from "./nn_interp.ts";
import { slGru, slLstm } from "./recurrent.ts";
import { reduce } from "./reduce.ts";
import { subpixelDown, subpixelUp } from "./subpixel.ts";

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
