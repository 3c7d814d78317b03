/**
 * Reverses an axis.
 *
 * @module
 */
import { axisOf, count } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { moving } from "./move.ts";
import { lineOf } from "./softmax.ts";

/** Input: a tensor of any shape. */
export const reverse = moving({
  schema: { axis: integer(0) },

  shape({ axis }, [input]) {
    axisOf(axis, input!.length);
    return input!;
  },

  walk({ axis }, input) {
    const [length, inner] = lineOf(axis, input);
    return {
      extents: [count(input) / (length * inner), length, inner],
      strides: [length * inner, -inner, 1],
      start: (length - 1) * inner,
    };
  },
});
