/**
 * The layers of OpenPose and its predecessor.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { imResize } from "./im_resize.ts";
import { nms } from "./nms.ts";

export const openpose: readonly Family[] = [
  ["OpenPose", [imResize, nms]],
];
