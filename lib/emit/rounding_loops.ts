/**
 * Rounds weights one by one, each to the nearest number that there is: what the kernels do, in plain
 * loops. These take what is left of a row, and all of it where there is no WebAssembly.
 *
 * @module
 */
import { fromHalf, toHalf } from "../../runtime/half.ts";

/** What rounding has done to some weights. */
export interface Sums {
  /** Of what they were less what they are. */
  readonly error: number;
  /** Of the squares of that. */
  readonly differences: number;
  /** Of the squares of what they were. */
  readonly squares: number;
}

/** The largest magnitude of some weights; what is not a number has none. */
export function largestOf(weights: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < weights.length; i++) {
    const magnitude = Math.abs(weights[i]!);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Makes the nearest halves. */
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

/** Makes whole numbers, which are so many times smaller. */
export function roundToInt8(weights: Float32Array, numbers: Int8Array, scale: number): Sums {
  let error = 0, differences = 0, squares = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = weights[i]! / scale;
    // The same as Math.round, for which the platform takes three times as long.
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
