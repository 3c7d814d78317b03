/**
 * HoleConvolution: a convolution with a dilation, which Convolution can have as well.
 *
 * @module
 */
import { convolution } from "../bvlc/convolution.ts";
import type { Layer } from "../layer.ts";

export const holeConvolution: Layer = { ...convolution, type: "HoleConvolution" };
