/**
 * Weighted sums of pixels, along one axis or two.
 *
 * @module
 */

/** Positions along an axis, and their weights. */
export type Taps = readonly (readonly [at: number, weight: number])[];

/** The bilinear neighbours of a position inside an image; both may be the last pixel. */
export function tapsAround(place: number, extent: number): Taps {
  const first = Math.floor(place), part = place - first;
  return [[first, 1 - part], [Math.min(first + 1, extent - 1), part]];
}

/** The weighted sum of a row that begins at `start`. */
export function mix(data: Float32Array | Float64Array, start: number, taps: Taps): number {
  let sum = 0;
  for (let i = 0; i < taps.length; i++) sum += data[start + taps[i]![0]]! * taps[i]![1];
  return sum;
}

/** The weighted sum of a plane that begins at `start`; row and column weights are multiplied. */
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
