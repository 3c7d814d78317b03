/**
 * Pseudo-random inputs for networks.
 *
 * @module
 */
import { count, type Shape } from "../runtime/tensor.ts";

/** A shaped array of numbers. */
interface Noise {
  readonly shape: Shape;
  readonly data: Float32Array<ArrayBuffer>;
}

/** Uniformly distributed numbers from −`most` to `most`, the same each time. */
export function noise(shape: Shape, most: number): Noise {
  const data = new Float32Array(count(shape)), scale = most / 2 ** 31;
  // The linear congruential generator of Numerical Recipes.
  for (let i = 0, state = 1; i < data.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    data[i] = state * scale;
  }
  return { shape, data };
}
