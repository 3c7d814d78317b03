/**
 * Sums all elements from an axis on.
 *
 * @module
 */
import { axisOf, count, type Shape } from "../tensor.ts";
import { integer, number, oneOf } from "./attribute.ts";
import { type Lines, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";
import { f32 } from "./shader.ts";

/** Input: a tensor of any shape. The output keeps the axes before `axis`. */
export const reduce = defineOp({
  schema: {
    /** The summands: elements, absolute values or squares; `"mean"` divides by their number. */
    operation: oneOf(["sum", "magnitudes", "squares", "mean"], "sum"),
    axis: integer(0),
    /** The factor of the result. */
    coefficient: number(1),
  },

  shape: ({ axis }, [input]) => input!.slice(0, axisOf(axis, input!.length)),

  rounds: ({ axis }, [input], output) => roundsOf(linesOf(axis, input!, output)),

  reference({ operation, axis, coefficient }, [input], output) {
    const { reference: term } = terms[operation];
    const { length } = linesOf(axis, input!.shape, output.shape);
    const factor = operation === "mean" ? coefficient / length : coefficient;
    for (let i = 0; i < output.data.length; i++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += term(input!.data[i * length + k]!);
      output.data[i] = sum * factor;
    }
  },

  shaders({ operation, axis, coefficient }, [input], output) {
    const lines = linesOf(axis, input!, output);
    const factor = operation === "mean" ? coefficient / lines.length : coefficient;
    return [perLine(lines, {
      code: code + terms[operation].code,
      constants: { factor: f32(factor) },
    })];
  },
});

/** The summands of each sum. */
function linesOf(axis: number, input: Shape, output: Shape): Lines {
  const length = count(input.slice(axisOf(axis, input.length)));
  return { lines: count(output), length, inner: 1 };
}

const itself = {
  reference: (x: number) => x,
  code: `fn term(x: f32) -> f32 { return x; }\n`,
};

const terms = {
  sum: itself,
  mean: itself,
  magnitudes: {
    reference: (x: number) => Math.abs(x),
    code: `fn term(x: f32) -> f32 { return abs(x); }\n`,
  },
  squares: {
    reference: (x: number) => x * x,
    code: `fn term(x: f32) -> f32 { return x * x; }\n`,
  },
};

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [count, length]

fn line(i: i32, lane: i32) {
  var sum = 0.0;
  for (var k = lane; k < length; k += lanes) { sum += term(input[i * length + k]); }
  sum = sum_over(sum, lane);
  if (lane == 0) { output[i] = sum * factor; }
}
`;
