/**
 * Finds the scores of classes among what a network gives.
 *
 * @module
 */
import { count, type Shape, type Tensor } from "../runtime/tensor.ts";

/**
 * The output with a number a class: as many as there are labels, if there are any, else the first
 * that is a vector.
 *
 * @param batch How many samples were run.
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

/** Whether there is a number a class for each sample: `[N, C]`, or `[N, C, 1, 1]`. */
export function isVector(shape: Shape): boolean {
  return shape.length >= 2 && shape[1]! > 1 && count(shape.slice(2)) === 1;
}

/** Whether numbers could come from a softmax: none below 0, and together 1. */
export function areProbabilities(scores: Float32Array): boolean {
  const sum = scores.reduce((sum, score) => sum + score, 0);
  return Math.abs(sum - 1) < 1e-3 && scores.every((score) => score >= 0);
}
