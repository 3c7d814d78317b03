/**
 * How numbers are spread.
 *
 * @module
 */

/** How many numbers lie in each of some equal ranges, and what can be said of all of them. */
export interface Histogram {
  /** The least and the largest of the finite numbers. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly deviation: number;
  /** The part that is zero exactly. */
  readonly zeros: number;
  /** How many are infinite or no numbers at all; they are in no range. */
  readonly strange: number;
  readonly counts: readonly number[];
}

/** Counts numbers in `bins` ranges from the least to the largest. */
export function histogramOf(numbers: Float32Array, bins = 48): Histogram {
  let low = Infinity, high = -Infinity, sum = 0, squares = 0, zeros = 0, strange = 0;
  for (const x of numbers) {
    if (!Number.isFinite(x)) {
      strange++;
      continue;
    }
    if (x < low) low = x;
    if (x > high) high = x;
    if (x === 0) zeros++;
    sum += x;
    squares += x * x;
  }
  const finite = numbers.length - strange;
  const counts = new Array<number>(bins).fill(0);
  if (finite === 0) return { low: 0, high: 0, mean: 0, deviation: 0, zeros: 0, strange, counts };
  const scale = high > low ? bins / (high - low) : 0;
  for (const x of numbers) {
    if (Number.isFinite(x)) counts[Math.min(bins - 1, Math.floor((x - low) * scale))]!++;
  }
  const mean = sum / finite;
  const deviation = Math.sqrt(Math.max(0, squares / finite - mean * mean));
  return { low, high, mean, deviation, zeros: zeros / numbers.length, strange, counts };
}
