/**
 * Layers of forks that resize or resample images.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { bilinearInterpolation } from "./bilinear_interpolation.ts";
import { maskResize } from "./mask_resize.ts";
import { nnUpsample, upsampleDarknet, upsampling } from "./nn_upsample.ts";
import { remap } from "./remap.ts";
import { resize } from "./resize.ts";
import { spatialTransformer } from "./spatial_transformer.ts";
import { resizeBilinear, resizeNearestNeighbor } from "./tensorflow_resize.ts";
import { upsample } from "./upsample.ts";

export const resampling: readonly Family[] = [
  ["SegNet, PSPNet", [nnUpsample, upsample, upsampling]],
  ["SSTD", [maskResize]],
  ["YOLO", [upsampleDarknet]],
  ["Synopsys", [resizeBilinear, resizeNearestNeighbor]],
  ["view synthesis", [remap]],
  ["faces", [resize]],
  ["others", [bilinearInterpolation]],
  ["spatial transformers", [spatialTransformer]],
];
