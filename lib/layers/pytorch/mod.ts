/**
 * The layers of networks that were converted from PyTorch.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { bilinearInterpolate } from "./bilinear_interpolate.ts";
import { maxUnPool } from "./max_unpool.ts";
import { pad } from "./pad.ts";
import { pixelShuffle } from "./pixel_shuffle.ts";
import { unsqueeze } from "./unsqueeze.ts";

export const pytorch: readonly Family[] = [
  ["PyTorch", [bilinearInterpolate, maxUnPool, pad, pixelShuffle, unsqueeze]],
];
