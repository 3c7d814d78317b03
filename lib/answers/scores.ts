/**
 * Recognizes scores of classes by their shape, and probabilities by their values.
 *
 * @module
 */
import { count, type Shape } from "../../runtime/tensor.ts";

/** Whether a shape is one vector per sample: `[N, C]` or `[N, C, 1, 1]`. */
export function isVector(shape: Shape): boolean {
  return shape.length >= 2 && shape[1]! > 1 && count(shape.slice(2)) === 1;
}

/** Whether numbers may be probabilities: none below 0, and a sum of 1. */
export function areProbabilities(scores: Float32Array): boolean {
  const sum = scores.reduce((sum, score) => sum + score, 0);
  return Math.abs(sum - 1) < 1e-3 && scores.every((score) => score >= 0);
}
