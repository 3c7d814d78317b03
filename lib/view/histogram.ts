/**
 * Histograms and statistics of numbers.
 *
 * @module
 */

/** A histogram with bins of equal width, and statistics of the finite numbers. */
export interface Histogram {
  /** The minimum and the maximum. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** The standard deviation. */
  readonly deviation: number;
  /** The fraction of all numbers that is exactly zero. */
  readonly zeros: number;
  /** How many numbers are infinite or NaN; no bin counts them. */
  readonly nonFinite: number;
  /** The number of values in each bin. */
  readonly counts: readonly number[];
}

/** Counts numbers in `bins` bins from the minimum to the maximum. */
export function histogramOf(numbers: Float32Array, bins = 48): Histogram {
  let low = Infinity, high = -Infinity, sum = 0, squares = 0, zeros = 0, nonFinite = 0;
  for (const x of numbers) {
    if (!Number.isFinite(x)) {
      nonFinite++;
      continue;
    }
    if (x < low) low = x;
    if (x > high) high = x;
    if (x === 0) zeros++;
    sum += x;
    squares += x * x;
  }
  const finite = numbers.length - nonFinite;
  const counts = new Array<number>(bins).fill(0);
  if (finite === 0) return { low: 0, high: 0, mean: 0, deviation: 0, zeros: 0, nonFinite, counts };
  const scale = high > low ? bins / (high - low) : 0;
  for (const x of numbers) {
    if (Number.isFinite(x)) counts[Math.min(bins - 1, Math.floor((x - low) * scale))]!++;
  }
  const mean = sum / finite;
  const deviation = Math.sqrt(Math.max(0, squares / finite - mean * mean));
  return { low, high, mean, deviation, zeros: zeros / numbers.length, nonFinite, counts };
}
