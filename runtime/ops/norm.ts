/**
 * The Euclidean norm along an axis.
 *
 * @module
 */
import { axisOf } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { defineOp, perElement } from "./op.ts";
import { lineOf } from "./softmax.ts";

/** Input: a tensor of any shape. The axis stays, with an extent of 1. */
export const norm = defineOp({
  schema: { axis: integer(1) },

  shape: ({ axis }, [input]) => input!.with(axisOf(axis, input!.length), 1),

  rounds: ({ axis }, [input]) => lineOf(axis, input!)[0],

  reference({ axis }, [input], output) {
    const [length, inner] = lineOf(axis, input!.shape);
    for (let line = 0; line < output.data.length; line++) {
      const start = Math.floor(line / inner) * inner * length + line % inner;
      let sum = 0;
      for (let k = 0; k < length; k++) sum += input!.data[start + k * inner]! ** 2;
      output.data[line] = Math.sqrt(sum);
    }
  },

  shaders({ axis }, [input], output) {
    const [length, inner] = lineOf(axis, input!);
    return [perElement(output, { code, constants: { length, inner } })];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

// One invocation computes one norm.
fn invocation(line: i32) {
  let start = line / inner * inner * length + line % inner;
  var sum = 0.0;
  for (var k = 0; k < length; k++) {
    let value = input[start + k * inner];
    sum += value * value;
  }
  output[line] = sqrt(sum);
}
`;
