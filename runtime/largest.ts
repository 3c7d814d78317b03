/**
 * The largest scores of a classifier.
 *
 * @module
 */

/** A number and its index. */
export interface Ranked {
  /** Its index, from 0. */
  readonly index: number;
  /** The number itself. */
  readonly value: number;
}

/**
 * The largest numbers in descending order; equal ones stay in order. NaN counts as the largest, as in
 * NumPy: it must not go unseen.
 *
 * @example
 * ```ts
 * import { largest } from "./largest.ts";
 *
 * largest([0.1, 0.7, 0.2], 2); // [{ index: 1, value: 0.7 }, { index: 2, value: 0.2 }]
 * ```
 */
export function largest(numbers: ArrayLike<number>, howMany: number): Ranked[] {
  const rank = ({ value }: Ranked) => isNaN(value) ? Infinity : value;
  return Array.from(numbers, (value, index) => ({ index, value }))
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, howMany);
}
