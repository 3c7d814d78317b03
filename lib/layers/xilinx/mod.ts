/**
 * The layers of Xilinx's Caffe.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { detectionOutputRefine } from "../ssd/detection_output.ts";
import { deephiResize } from "./deephi_resize.ts";
import { fixedPoint } from "./fixed_point.ts";

export const xilinx: readonly Family[] = [
  ["Xilinx", [deephiResize, detectionOutputRefine, ...fixedPoint]],
];
