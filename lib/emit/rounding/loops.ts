/**
 * Rounds weights to nearest one by one: those that remain after the kernels' blocks, or all without
 * WebAssembly.
 *
 * @module
 */
import { fromHalf, toHalf } from "../../../runtime/half.ts";

/** Sums over some weights. */
export interface Sums {
  /** Of the exact less the rounded weights. */
  readonly error: number;
  /** Of the squares of those differences. */
  readonly differences: number;
  /** Of the squares of the exact weights. */
  readonly squares: number;
}

/** The largest magnitude of some weights; NaN is ignored. */
export function largestOf(weights: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < weights.length; i++) {
    const magnitude = Math.abs(weights[i]!);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Rounds to float16. */
export function roundToHalf(weights: Float32Array, halves: Uint16Array): Sums {
  halves.set(toHalf(weights));
  const values = fromHalf(halves);
  let error = 0, differences = 0, squares = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = weights[i]!, off = exact - values[i]!;
    error += off;
    differences += off * off;
    squares += exact * exact;
  }
  return { error, differences, squares };
}

/** Rounds to integers, in units of the scale. */
export function roundToInt8(weights: Float32Array, numbers: Int8Array, scale: number): Sums {
  let error = 0, differences = 0, squares = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = weights[i]! / scale;
    // The same as `Math.round`, in a third of the time.
    const rounded = Math.floor(exact + 0.5) | 0;
    numbers[i] = rounded;
    error += exact - rounded;
    differences += (exact - rounded) ** 2;
    squares += exact * exact;
  }
  return {
    error: error * scale,
    differences: differences * scale * scale,
    squares: squares * scale * scale,
  };
}
