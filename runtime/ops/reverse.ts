/**
 * Reverses an axis.
 *
 * @module
 */
import { axisOf } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { linesOf } from "./lines.ts";
import { moving } from "./move.ts";

/** Input: a tensor of any shape. */
export const reverse = moving({
  schema: { axis: integer(0) },

  shape({ axis }, [input]) {
    axisOf(axis, input!.length);
    return input!;
  },

  walk({ axis }, input) {
    const { lines, length, inner } = linesOf(axis, input);
    return {
      extents: [lines / inner, length, inner],
      strides: [length * inner, -inner, 1],
      start: (length - 1) * inner,
    };
  },
});
