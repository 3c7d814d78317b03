/**
 * Layers of forks that rearrange numbers.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { cropCenter } from "./crop_center.ts";
import { flip, mirror } from "./flip.ts";
import { mergeCrop } from "./merge_crop.ts";
import { padding } from "./padding.ts";
import { rearrange } from "./rearrange.ts";
import { reorg, reorgYolo } from "./reorg.ts";
import { reshapeLike } from "./reshape_like.ts";
import { shuffleChannel } from "./shuffle_channel.ts";
import { depthToSpaceLayer, passThrough, spaceToDepthLayer } from "./space_to_depth.ts";
import { squeeze } from "./squeeze.ts";
import { dtow, gsTiling, tiling } from "./tiling.ts";

export const rearranging: readonly Family[] = [
  ["DeepLab", [padding]],
  ["NNIE, Sophgo", [passThrough]],
  ["ShuffleNet", [shuffleChannel]],
  ["YOLO", [reorg, reorgYolo]],
  ["Synopsys", [depthToSpaceLayer, spaceToDepthLayer, squeeze]],
  ["faces", [flip]],
  ["iResNet", [mirror]],
  ["Xilinx", [gsTiling, tiling]],
  ["super-resolution", [cropCenter, dtow, rearrange]],
  ["OpenCL", [mergeCrop]],
  ["OSLSM", [reshapeLike]],
];
