/**
 * Compares results with expected ones.
 *
 * @module
 */

/**
 * The largest difference between two lists of numbers, relative to the largest expected magnitude,
 * or absolute if all expected numbers are zero. Both may be infinite or NaN at the same place; if
 * only one is, the difference is infinite.
 */
export function largestDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): number {
  return largestOfPieces([[actual, expected]]);
}

/** The same of lists in pieces. */
export function largestOfPieces(
  pieces: Iterable<readonly [actual: ArrayLike<number>, expected: ArrayLike<number>]>,
): number {
  let [largest, farthest] = [0, 0];
  for (const [actual, expected] of pieces) {
    if (actual.length !== expected.length) return Infinity;
    for (let i = 0; i < expected.length; i++) {
      const [a, b] = [actual[i]!, expected[i]!];
      if (Number.isFinite(b)) largest = Math.max(largest, Math.abs(b));
      if (Object.is(a, b)) continue;
      const distance = Math.abs(a - b);
      farthest = Math.max(farthest, Number.isNaN(distance) ? Infinity : distance);
    }
  }
  return farthest === 0 || largest === 0 ? farthest : farthest / largest;
}
