/**
 * Repeats a tensor along an axis.
 *
 * @module
 */
import { axisOf, count } from "../tensor.ts";
import { integer, size } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

/** Input: a tensor of any shape. */
export const tile = defineOp({
  schema: {
    axis: integer(1),
    /** How many times the input stands in the output. */
    tiles: size(),
  },

  shape({ axis, tiles }, [input]) {
    const repeated = axisOf(axis, input!.length);
    return input!.with(repeated, input![repeated]! * tiles);
  },

  reference({ axis, tiles }, [input], output) {
    const part = count(input!.shape.slice(axisOf(axis, output.shape.length)));
    const row = part * tiles;
    for (let i = 0; i < output.data.length; i++) {
      output.data[i] = input!.data[Math.floor(i / row) * part + i % part]!;
    }
  },

  shaders({ axis, tiles }, [input], output) {
    const part = count(input!.slice(axisOf(axis, output.length)));
    return [{
      code,
      constants: { part, row: part * tiles, count: count(output) },
      workgroups: spread(count(output)),
    }];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, tiles, part]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, part]

// One invocation copies one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  output[i] = input[i / row * part + i % part];
}
`;
