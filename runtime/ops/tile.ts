/**
 * Repeats a tensor along an axis.
 *
 * @module
 */
import { axisOf, count } from "../tensor.ts";
import { integer, size } from "./attribute.ts";
import { moving } from "./move.ts";

/** Input: a tensor of any shape. */
export const tile = moving({
  schema: {
    axis: integer(1),
    /** The number of repetitions. */
    tiles: size(),
  },

  shape({ axis, tiles }, [input]) {
    const repeated = axisOf(axis, input!.length);
    return input!.with(repeated, input![repeated]! * tiles);
  },

  walk({ axis, tiles }, input) {
    const part = count(input.slice(axisOf(axis, input.length)));
    return { extents: [count(input) / part, tiles, part], strides: [part, 0, 1] };
  },
});
