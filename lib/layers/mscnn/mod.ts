/**
 * The layers of MS-CNN and Cascade R-CNN.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { boxGroupOutput } from "./box_group_output.ts";
import { boxOutput } from "./box_output.ts";
import { decodeBBox } from "./decode_bbox.ts";
import { scaleRoute } from "./scale_route.ts";

export const mscnn: readonly Family[] = [
  ["MS-CNN, Cascade R-CNN", [boxGroupOutput, boxOutput, decodeBBox, scaleRoute]],
];
