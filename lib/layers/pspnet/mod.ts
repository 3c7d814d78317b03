/**
 * The layers of PSPNet and PSANet.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { interp } from "./interp.ts";
import { pointwiseSpatialAttention } from "./pointwise_spatial_attention.ts";

export const pspnet: readonly Family[] = [
  ["SegNet, PSPNet", [interp]],
  ["PSANet", [pointwiseSpatialAttention]],
];
