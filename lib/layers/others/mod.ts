/**
 * Layers of forks that belong to no other folder.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { gradientLayers } from "./gradients.ts";
import { mil } from "./mil.ts";

export const others: readonly Family[] = [
  ["others", [mil, ...gradientLayers]],
];
