/**
 * Conditional random fields.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { denseCrf } from "./dense_crf.ts";
import { multiStageMeanfield } from "./multi_stage_meanfield.ts";

export const crf: readonly Family[] = [
  ["others", [denseCrf]],
  ["CRF-RNN", [multiStageMeanfield]],
];
