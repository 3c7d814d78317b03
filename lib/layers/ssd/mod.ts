/**
 * The layers of SSD.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { detectionOutput } from "./detection_output.ts";
import { normalize } from "./normalize.ts";
import { permute } from "./permute.ts";
import { priorBox } from "./prior_box.ts";
import { priorBoxClustered } from "./prior_box_clustered.ts";

export const ssd: readonly Family[] = [
  ["SSD", [detectionOutput, normalize, permute, priorBox, priorBoxClustered]],
];
