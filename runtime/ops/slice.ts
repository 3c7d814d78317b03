/**
 * Keeps a range of an axis.
 *
 * @module
 */
import { axisOf, count, fromEnd } from "../tensor.ts";
import { type AttributesOf, integer } from "./attribute.ts";
import { moving } from "./move.ts";

const schema = {
  axis: integer(1),
  /** The first index that is kept; a negative one counts from the end. */
  start: integer(0),
  /** One past the last index that is kept; 0 is the end, a negative one counts from there. */
  end: integer(0),
};

/** Input: a tensor of any shape. */
export const slice = moving({
  schema,

  shape(attributes, [input]) {
    const sliced = axisOf(attributes.axis, input!.length), extent = input![sliced]!;
    const [first, last] = rangeOf(attributes, extent), { start, end } = attributes;
    if (first < 0 || first >= last || last > extent) {
      throw new TypeError(
        `its range ${start} to ${end} does not lie within the ${extent} of axis ${sliced}`,
      );
    }
    return input!.with(sliced, last - first);
  },

  walk({ axis, start }, input, output) {
    const sliced = axisOf(axis, output.length);
    const row = count(input.slice(sliced)), part = count(output.slice(sliced));
    return {
      extents: [count(output) / part, part],
      strides: [row, 1],
      start: fromEnd(start, input[sliced]!) * row / input[sliced]!,
    };
  },
});

/** The kept range of an axis: the first index, and one past the last. */
export function rangeOf(
  { start, end }: AttributesOf<typeof schema>,
  extent: number,
): readonly [first: number, end: number] {
  return [fromEnd(start, extent), end > 0 ? end : extent + end];
}
