/**
 * Reinterprets the data under another shape.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { integer, integers } from "./attribute.ts";
import { defineOp } from "./op.ts";

/** Inputs: a tensor, and perhaps another one whose extents replace its own. */
export const reshape = defineOp({
  schema: {
    /** The new extents: 0 keeps the input's, −1 (once) is inferred. */
    shape: integers(),
    /** The first replaced axis; −1 means after the last. */
    axis: integer(0),
    /** The number of replaced axes; −1 means all that follow. */
    numAxes: integer(-1),
  },

  inputs: [1, 2],

  view: true,

  shape({ shape, axis, numAxes }, [input, like = input]) {
    const first = axis < 0 ? axis + input!.length + 1 : axis;
    const end = numAxes === -1 ? input!.length : first + numAxes;
    if (first < 0 || first > end || end > input!.length) {
      throw new TypeError(`its input ${showShape(input!)} has no axes ${first} to ${end}`);
    }
    const known = shape.map((extent, i) => extent === 0 ? like![first + i] ?? 0 : extent);
    const filled = fill(known, count(input!.slice(first, end)));
    const result = [...input!.slice(0, first), ...filled, ...input!.slice(end)];
    if (known.some((extent) => extent < -1) || count(result) !== count(input!)) {
      throw new TypeError(
        `its input ${showShape(input!)} has ${count(input!)} elements, which do not fit into ` +
          showShape(result),
      );
    }
    return result;
  },

  reference(_, [input], output) {
    output.data.set(input!.data);
  },

  shaders: () => [],
});

/**
 * Replaces −1 by what makes the product of the extents `total`.
 *
 * @throws {TypeError} if that is impossible, or there is more than one.
 */
function fill(extents: Shape, total: number): Shape {
  const open = extents.indexOf(-1);
  if (open === -1) return extents;
  if (extents.indexOf(-1, open + 1) !== -1) throw new TypeError(`its shape has more than one -1`);
  const rest = count(extents.filter((_, i) => i !== open));
  return extents.with(open, rest > 0 ? Math.floor(total / rest) : 0);
}
