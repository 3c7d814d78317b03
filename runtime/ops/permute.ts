/**
 * Puts the axes of a tensor into another order.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { integers } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

/** Input: a tensor of any shape. */
export const permute = defineOp({
  schema: {
    /** For each axis of the output, the axis of the input that it was. */
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

  reference({ order }, [input], output) {
    const strides = stridesOf(order, input!.shape);
    for (let i = 0; i < output.data.length; i++) {
      let from = 0, rest = i;
      for (let axis = order.length - 1; axis >= 0; axis--) {
        from += rest % output.shape[axis]! * strides[axis]!;
        rest = Math.floor(rest / output.shape[axis]!);
      }
      output.data[i] = input!.data[from]!;
    }
  },

  shaders({ order }, [input], output) {
    const rank = order.length;
    const list = (values: readonly number[]) => `array<i32, ${rank}>(${values.join(", ")})`;
    return [{
      code: `const output_shape = ${list(output)};
const input_strides = ${list(stridesOf(order, input!))};
${code}`,
      constants: { rank, count: count(output) },
      workgroups: spread(count(output)),
    }];
  },
});

/** For each axis of the output, how far apart its neighbours lie in the input. */
function stridesOf(order: readonly number[], input: Shape): readonly number[] {
  return order.map((axis) => count(input.slice(axis + 1)));
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
  var strides = input_strides;
  var from_index = 0;
  var rest = i;
  for (var axis = rank - 1; axis >= 0; axis--) {
    from_index += rest % outputs[axis] * strides[axis];
    rest /= outputs[axis];
  }
  output[i] = input[from_index];
}
`;
