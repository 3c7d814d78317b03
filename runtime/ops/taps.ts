/**
 * Pixels that are mixed of others: the rows and the columns that count, and how much.
 *
 * @module
 */

/** Places along an axis, and how much what stands there counts. */
export type Taps = readonly (readonly [at: number, weight: number])[];

/** The two pixels beside a place that lies in an image; the last one may be both. */
export function tapsAround(place: number, extent: number): Taps {
  const first = Math.floor(place), part = place - first;
  return [[first, 1 - part], [Math.min(first + 1, extent - 1), part]];
}

/** What stands in a row that begins at `start`, each as often as it counts. */
export function mix(data: Float32Array | Float64Array, start: number, taps: Taps): number {
  let sum = 0;
  for (let i = 0; i < taps.length; i++) sum += data[start + taps[i]![0]]! * taps[i]![1];
  return sum;
}

/** What stands in a plane that begins at `start`, each as often as its row and its column count. */
export function mixed(
  data: Float32Array,
  start: number,
  width: number,
  rows: Taps,
  columns: Taps,
): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    sum += mix(data, start + rows[i]![0] * width, columns) * rows[i]![1];
  }
  return sum;
}
