/**
 * Finds the class scores among the outputs of a network.
 *
 * @module
 */
import { count, type Shape, type Tensor } from "../runtime/tensor.ts";

/**
 * The output with one number per class: with labels, the one of their number, else the first
 * vector.
 *
 * @param batch The number of samples.
 */
export function scoresAmong(
  outputs: Readonly<Record<string, Tensor>>,
  batch: number,
  labels: readonly string[] | null,
): Tensor | undefined {
  const vectors = Object.values(outputs).filter(({ shape }) =>
    shape[0] === batch && isVector(shape)
  );
  return vectors.find(({ shape }) => shape[1] === labels?.length) ?? vectors[0];
}

/** Whether a shape is one vector per sample: `[N, C]` or `[N, C, 1, 1]`. */
export function isVector(shape: Shape): boolean {
  return shape.length >= 2 && shape[1]! > 1 && count(shape.slice(2)) === 1;
}

/** Whether numbers may be probabilities: none below 0, and a sum of 1. */
export function areProbabilities(scores: Float32Array): boolean {
  const sum = scores.reduce((sum, score) => sum + score, 0);
  return Math.abs(sum - 1) < 1e-3 && scores.every((score) => score >= 0);
}
