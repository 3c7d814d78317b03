/**
 * The Euclidean norm along an axis.
 *
 * @module
 */
import { axisOf } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { linesOf, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";

/** Input: a tensor of any shape. The axis stays, with an extent of 1. */
export const norm = defineOp({
  schema: { axis: integer(1) },

  shape: ({ axis }, [input]) => input!.with(axisOf(axis, input!.length), 1),

  rounds: ({ axis }, [input]) => roundsOf(linesOf(axis, input!)),

  reference({ axis }, [input], output) {
    const { lines, length, inner } = linesOf(axis, input!.shape);
    for (let line = 0; line < lines; line++) {
      const start = Math.floor(line / inner) * inner * length + line % inner;
      let sum = 0;
      for (let k = 0; k < length; k++) sum += input!.data[start + k * inner]! ** 2;
      output.data[line] = Math.sqrt(sum);
    }
  },

  shaders: ({ axis }, [input]) => [perLine(linesOf(axis, input!), { code, wide: true })],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<Value>;  // [outer, inner]
@group(0) @binding(1) var<storage, read> input: array<Value>;         // [outer, length, inner]

fn line(i: i32, lane: i32) {
  let start = i / inner * inner * length + i % inner;
  var sum = Value();
  for (var k = lane; k < length; k += lanes) {
    let x = input[start + k * inner];
    sum += x * x;
  }
  sum = sum_over(sum, lane);
  if (lane == 0) { output[i] = sqrt(sum); }
}
`;
