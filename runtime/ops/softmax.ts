/**
 * Softmax along an axis.
 *
 * @module
 */
import { axisOf } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { linesOf, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";

/** Input: a tensor of any shape. */
export const softmax = defineOp({
  schema: { axis: integer(1) },

  shape({ axis }, [input]) {
    axisOf(axis, input!.length);
    return input!;
  },

  rounds: ({ axis }, _, output) => 3 * roundsOf(linesOf(axis, output)),

  reference({ axis }, [input], output) {
    const { lines, length, inner } = linesOf(axis, output.shape);
    for (let line = 0; line < lines; line++) {
      const start = Math.floor(line / inner) * inner * length + line % inner;
      let largest = -Infinity, sum = 0;
      for (let k = 0; k < length; k++) largest = Math.max(largest, input!.data[start + k * inner]!);
      for (let k = 0; k < length; k++) sum += Math.exp(input!.data[start + k * inner]! - largest);
      for (let k = 0; k < length; k++) {
        const i = start + k * inner;
        output.data[i] = Math.exp(input!.data[i]! - largest) / sum;
      }
    }
  },

  shaders: ({ axis }, _, output) => [perLine(linesOf(axis, output), { code, wide: true })],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<Value>;  // [outer, length, inner]
@group(0) @binding(1) var<storage, read> input: array<Value>;         // [outer, length, inner]

fn line(i: i32, lane: i32) {
  let start = i / inner * inner * length + i % inner;
  var largest = input[start + lane * inner];
  for (var k = lane; k < length; k += lanes) {
    largest = max(largest, input[start + k * inner]);
  }
  largest = max_over(largest, lane);
  var sum = Value();
  for (var k = lane; k < length; k += lanes) { sum += exp(input[start + k * inner] - largest); }
  sum = sum_over(sum, lane);
  for (var k = lane; k < length; k += lanes) {
    let at = start + k * inner;
    output[at] = exp(input[at] - largest) / sum;
  }
}
`;
