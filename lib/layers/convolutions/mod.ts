/**
 * Convolutions of forks.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { deformableConvolution, modulatedDeformableConvolution } from "./deformable_convolution.ts";
import { denseBlock } from "./dense_block.ts";
import {
  convolutionDepthwise,
  depthwiseConv,
  depthwiseConvolution,
} from "./depthwise_convolution.ts";
import { local, locallyConnected } from "./local.ts";

export const convolutions: readonly Family[] = [
  ["NNIE, Sophgo", [depthwiseConv]],
  ["MobileNet", [convolutionDepthwise, depthwiseConvolution]],
  ["OCR", [denseBlock]],
  ["faces", [local, locallyConnected]],
  ["Deformable ConvNets", [deformableConvolution, modulatedDeformableConvolution]],
];
