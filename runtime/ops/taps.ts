/**
 * Pixels that are mixed of others: the rows and the columns that count, and how much.
 *
 * @module
 */
import type { Schema } from "./attribute.ts";
import type { Op } from "./op.ts";

/** Places along an axis, and how much what stands there counts. */
export type Taps = readonly (readonly [at: number, weight: number])[];

/** The two pixels beside a place that lies in an image; the last one may be both. */
export function tapsAround(place: number, extent: number): Taps {
  const first = Math.floor(place), part = place - first;
  return [[first, 1 - part], [Math.min(first + 1, extent - 1), part]];
}

/** What stands in a row that begins at `start`, each as often as it counts. */
function mix(data: Float32Array | Float64Array, start: number, taps: Taps): number {
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
  return rows.reduce(
    (sum, [row, weight]) => sum + mix(data, start + row * width, columns) * weight,
    0,
  );
}

/** What tells one op that resizes from another. */
type Resizing<S extends Schema> =
  & Omit<Op<S>, "reference" | "inputs">
  & Required<Pick<Op<S>, "taps">>;

/** An op whose output is its first input, an image, in another size. */
export function resizing<const S extends Schema>(op: Resizing<S>): Op<S> {
  return {
    ...op,

    inputs: [1, 2],

    reference(attributes, [input], output) {
      const [, , height, width] = input!.shape as [number, number, number, number];
      const [, , rows, columns] = output.shape as [number, number, number, number];
      const [down, across] = ([2, 3] as const).map((axis) =>
        op.taps(attributes, input!.shape, output.shape, axis)
      ) as [Taps[], Taps[]];
      const line = new Float64Array(width);
      for (let i = 0; i < output.data.length; i++) {
        const x = i % columns, y = Math.floor(i / columns);
        // The rows are mixed first, once for all columns.
        if (x === 0) {
          const start = Math.floor(y / rows) * height * width;
          line.fill(0);
          for (const [row, weight] of down[y % rows]!) {
            for (let k = 0, at = start + row * width; k < width; k++, at++) {
              line[k]! += input!.data[at]! * weight;
            }
          }
        }
        output.data[i] = mix(line, 0, across[x]!);
      }
    },
  };
}
