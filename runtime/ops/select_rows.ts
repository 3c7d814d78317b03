/**
 * Keeps the rows that a selector marks.
 *
 * @module
 */
import { count, showShape } from "../tensor.ts";
import { defineOp } from "./op.ts";

/** Inputs: a tensor `[N, …]`, and a number per row: rows with 0 are dropped. */
export const selectRows = defineOp({
  schema: {},

  host: true,

  inputs: [2, 2],

  shape(_, [input, selector]) {
    if (count(selector!) !== input![0]) {
      throw new TypeError(
        `its selector ${showShape(selector!)} has not one number for each row of ` +
          showShape(input!),
      );
    }
    return input!;
  },

  reference(_, [input, selector]) {
    const row = count(input!.shape.slice(1));
    const kept = [...selector!.data.keys()].filter((n) => selector!.data[n] !== 0);
    const data = new Float32Array(kept.length * row);
    kept.forEach((n, i) => data.set(input!.data.subarray(n * row, (n + 1) * row), i * row));
    return { shape: input!.shape.with(0, kept.length), data };
  },

  shaders: () => [],
});
