/**
 * Cuts a tensor to the extents of another one.
 *
 * @module
 */
import { axisOf, count, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, integer, integers } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

const schema = {
  /** The first axis that is cut; the axes before it stay as they are. */
  axis: integer(2),
  /** Where the cut starts: one number for all axes, or one an axis. None means 0. */
  offsets: integers([]),
};

/** Inputs: the tensor, and another one of as many axes, of which only the shape matters. */
export const crop = defineOp({
  schema,

  inputs: [2, 2],

  shape(attributes, [input, other]) {
    const first = axisOf(attributes.axis, input!.length);
    if (other!.length !== input!.length) {
      throw new TypeError(
        `its inputs are ${showShape(input!)} and ${showShape(other!)}, but they must have ` +
          `equally many axes`,
      );
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

  reference(attributes, [input], output) {
    const starts = startsOf(attributes, input!.shape);
    for (let i = 0; i < output.data.length; i++) {
      let from = 0, rest = i;
      for (let axis = output.shape.length - 1, step = 1; axis >= 0; axis--) {
        from += (rest % output.shape[axis]! + starts[axis]!) * step;
        rest = Math.floor(rest / output.shape[axis]!);
        step *= input!.shape[axis]!;
      }
      output.data[i] = input!.data[from]!;
    }
  },

  shaders(attributes, [input], output) {
    const starts = startsOf(attributes, input!);
    const rank = output.length;
    const list = (values: readonly number[]) => `array<i32, ${rank}>(${values.join(", ")})`;
    return [{
      code: `const input_shape = ${list(input!)};
const output_shape = ${list(output)};
const starts = ${list(starts)};
${code}`,
      constants: { rank, count: count(output) },
      workgroups: spread(count(output)),
      reads: [0],
    }];
  },
});

/** Where the cut starts on each axis. */
function startsOf({ axis, offsets }: AttributesOf<typeof schema>, input: Shape): Shape {
  const first = axisOf(axis, input.length);
  if (offsets.length > 1 && offsets.length !== input.length - first) {
    throw new TypeError(`it has ${offsets.length} offsets for ${input.length - first} axes`);
  }
  return input.map((_, i) => i < first ? 0 : offsets[i - first] ?? offsets[0] ?? 0);
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation copies one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  var outputs = output_shape;
  var inputs = input_shape;
  var first = starts;
  var from_index = 0;
  var step = 1;
  var rest = i;
  for (var axis = rank - 1; axis >= 0; axis--) {
    from_index += (rest % outputs[axis] + first[axis]) * step;
    rest /= outputs[axis];
    step *= inputs[axis];
  }
  output[i] = input[from_index];
}
`;
