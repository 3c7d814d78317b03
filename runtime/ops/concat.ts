/**
 * Concatenates tensors along an axis.
 *
 * @module
 */
import { axisOf, count, misfit } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/** Inputs: tensors that agree on every other axis. */
export const concat = defineOp({
  schema: { axis: integer(1) },

  inputs: [1, Infinity],

  shape({ axis }, inputs) {
    const [first] = inputs;
    const joined = axisOf(axis, first!.length);
    for (const other of inputs) {
      if (
        other.length !== first!.length ||
        other.some((extent, i) => i !== joined && extent !== first![i])
      ) {
        throw misfit(inputs, `agree on every axis but ${joined}`);
      }
    }
    return first!.with(joined, inputs.reduce((sum, input) => sum + input[joined]!, 0));
  },

  reference({ axis }, inputs, output) {
    const joined = axisOf(axis, output.shape.length);
    const row = count(output.shape.slice(joined));
    let start = 0;
    for (const { shape, data } of inputs) {
      const part = count(shape.slice(joined));
      for (let outer = 0; outer * part < data.length; outer++) {
        output.data.set(data.subarray(outer * part, (outer + 1) * part), outer * row + start);
      }
      start += part;
    }
  },

  shaders({ axis }, inputs, output) {
    const joined = axisOf(axis, output.length), row = count(output.slice(joined));
    let start = 0;
    return inputs.map((input, position) => {
      const part = count(input.slice(joined)), sizes = { part, row, start };
      start += part;
      return perElement(input, { code, sizes, reads: [position] });
    });
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, row]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, part]

// One invocation copies one element of one input.
fn invocation(i: i32) {
  output[i / g.part * g.row + g.start + i % g.part] = input[i];
}
`;
