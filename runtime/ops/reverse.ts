/**
 * Turns the order along an axis around.
 *
 * @module
 */
import { axisOf, count } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";
import { lineOf } from "./softmax.ts";

/** Input: a tensor of any shape. */
export const reverse = defineOp({
  schema: { axis: integer(0) },

  shape({ axis }, [input]) {
    axisOf(axis, input!.length);
    return input!;
  },

  reference({ axis }, [input], output) {
    const [length, inner] = lineOf(axis, output.shape);
    for (let i = 0; i < output.data.length; i++) {
      const position = Math.floor(i / inner) % length;
      output.data[i] = input!.data[i + (length - 1 - 2 * position) * inner]!;
    }
  },

  shaders({ axis }, _, output) {
    const [length, inner] = lineOf(axis, output);
    const constants = { length, inner, count: count(output) };
    return [{ code, constants, workgroups: spread(count(output)) }];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, length, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

// One invocation copies one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let position = i / inner % length;
  output[i] = input[i + (length - 1 - 2 * position) * inner];
}
`;
