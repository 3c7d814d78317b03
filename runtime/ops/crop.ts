/**
 * Crops a tensor to the extents of another one.
 *
 * @module
 */
import { axisOf, misfit, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, integer, integers } from "./attribute.ts";
import { moving, stridesOf } from "./move.ts";

const schema = {
  /** The first cropped axis; the axes before it stay. */
  axis: integer(2),
  /** The offsets of the crop: one for all axes, or one an axis. None means 0. */
  offsets: integers([]),
};

/** Inputs: the tensor, and a reference with at least as many axes, of which only the shape matters. */
export const crop = moving({
  schema,

  inputs: [2, 2],

  shape(attributes, [input, other]) {
    const first = axisOf(attributes.axis, input!.length);
    if (other!.length < input!.length) {
      throw misfit([input!, other!], "not have fewer axes in the second");
    }
    const starts = startsOf(attributes, input!);
    const cut = input!.map((extent, axis) => axis < first ? extent : other![axis]!);
    cut.forEach((extent, axis) => {
      if (starts[axis]! < 0 || starts[axis]! + extent > input![axis]!) {
        throw new TypeError(
          `offset ${starts[axis]} and size ${extent} reach outside axis ${axis} of its input ` +
            showShape(input!),
        );
      }
    });
    return cut;
  },

  walk(attributes, input, output) {
    const strides = stridesOf(input);
    const start = startsOf(attributes, input).reduce((sum, x, axis) => sum + x * strides[axis]!, 0);
    return { extents: output, strides, start };
  },
});

/** The offset of the crop along each axis of its input. */
export function startsOf({ axis, offsets }: AttributesOf<typeof schema>, input: Shape): Shape {
  const first = axisOf(axis, input.length);
  if (offsets.length > 1 && offsets.length !== input.length - first) {
    throw new TypeError(`it has ${offsets.length} offsets for ${input.length - first} axes`);
  }
  return input.map((_, i) => i < first ? 0 : offsets[i - first] ?? offsets[0] ?? 0);
}
