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

/** A number that is computed of the plane that begins at `start`. */
export type OfPlane = (data: Float32Array, start: number) => number;

/** The weighted sum of pixels of planes of a width; row and column weights are multiplied. */
export function mixed(width: number, rows: Taps, columns: Taps): OfPlane {
  // Each pixel once and all in one list, since it may be computed of thousands of planes.
  const places: number[] = [], weights: number[] = [], along = merged(columns);
  for (const [row, down] of merged(rows)) {
    for (const [column, across] of along) {
      places.push(row * width + column);
      weights.push(down * across);
    }
  }
  return (data, start) => {
    let sum = 0;
    for (let i = 0; i < places.length; i++) sum += data[start + places[i]!]! * weights[i]!;
    return sum;
  };
}

/** The sums of the weights at each position. */
function merged(taps: Taps): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [at, weight] of taps) sums.set(at, (sums.get(at) ?? 0) + weight);
  return sums;
}
