/**
 * The layers of YOLO.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { region, regionYolo } from "./region.ts";
import { yoloDetectionOutput } from "./yolo_detection_output.ts";
import { yolov3DetectionOutput } from "./yolov3_detection_output.ts";

export const yolo: readonly Family[] = [
  ["YOLO", [region, regionYolo, yoloDetectionOutput, yolov3DetectionOutput]],
];
