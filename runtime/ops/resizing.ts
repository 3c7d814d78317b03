/**
 * Ops that resize images with separable filters.
 *
 * @module
 */
import type { Shape4 } from "../tensor.ts";
import type { Schema } from "./attribute.ts";
import type { Op } from "./op.ts";
import { mix, type Taps } from "./taps.ts";

/** What distinguishes such ops. */
type Resizing<S extends Schema> =
  & Omit<Op<S>, "reference" | "inputs">
  & Required<Pick<Op<S>, "taps">>;

/** An op whose output is its first input, an image, resized. */
export function resizing<const S extends Schema>(op: Resizing<S>): Op<S> {
  return {
    ...op,

    inputs: [1, 2],

    reference(attributes, [input], output) {
      const [, , height, width] = input!.shape as Shape4;
      const [, , rows, columns] = output.shape as Shape4;
      const [down, across] = ([2, 3] as const).map((axis) =>
        op.taps(attributes, input!.shape, output.shape, axis)
      ) as [Taps[], Taps[]];
      const line = new Float64Array(width);
      for (let i = 0; i < output.data.length; i++) {
        const x = i % columns, y = Math.floor(i / columns);
        // Rows are mixed first, once for all columns.
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
