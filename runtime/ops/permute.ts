/**
 * Permutes the axes of a tensor.
 *
 * @module
 */
import { showShape } from "../tensor.ts";
import { integers } from "./attribute.ts";
import { moving, reordered } from "./move.ts";

/** Input: a tensor of any shape. */
export const permute = moving({
  schema: {
    /** For each axis of the output, its axis in the input. */
    order: integers(),
  },

  shape({ order }, [input]) {
    const axes = new Set(order.filter((axis) => axis >= 0 && axis < input!.length));
    if (order.length !== input!.length || axes.size !== order.length) {
      throw new TypeError(
        `its order is ${showShape(order)}, but it must name each axis of its input ` +
          `${showShape(input!)} once`,
      );
    }
    return order.map((axis) => input![axis]!);
  },

  walk: ({ order }, input) => reordered(input, order),
});
