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
import { im2dist } from "./im2dist.ts";
import { local, locallyConnected } from "./local.ts";

export const convolutions: readonly Family[] = [
  ["NNIE, Sophgo", [depthwiseConv]],
  ["MobileNet", [convolutionDepthwise, depthwiseConvolution]],
  ["OCR", [denseBlock]],
  ["faces", [local, locallyConnected]],
  ["segmentation-aware networks", [im2dist]],
  ["Deformable ConvNets", [deformableConvolution, modulatedDeformableConvolution]],
];
