/**
 * L2 normalisation over channels: at each position, or over a whole sample.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, number } from "./attribute.ts";
import { type Lines, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";
import { f32 } from "./shader.ts";

const schema = {
  /** Whether the norm is taken over all positions of a sample. */
  acrossSpatial: boolean(false),
  /** Added to the sum of squares. */
  eps: number(1e-10),
};

/** Input: `[N, C, …]`. */
export const normalize = defineOp({
  schema,

  shape(_, [input]) {
    if (input!.length < 2) {
      throw new TypeError(`its input is ${showShape(input!)}, which has no channels [N, C, …]`);
    }
    return input!;
  },

  rounds: (attributes, _, output) => 2 * roundsOf(linesOf(attributes, output)),

  reference(attributes, [input], output) {
    const { lines, length, inner } = linesOf(attributes, output.shape);
    for (let line = 0; line < lines; line++) {
      const start = Math.floor(line / inner) * inner * length + line % inner;
      let sum = attributes.eps;
      for (let k = 0; k < length; k++) sum += input!.data[start + k * inner]! ** 2;
      const norm = Math.sqrt(sum);
      for (let k = 0; k < length; k++) {
        const i = start + k * inner;
        output.data[i] = input!.data[i]! / norm;
      }
    }
  },

  shaders: (attributes, _, output) => [
    perLine(linesOf(attributes, output), {
      code,
      constants: { eps: f32(attributes.eps) },
      wide: true,
    }),
  ],
});

/** The normalised vectors. */
function linesOf({ acrossSpatial }: AttributesOf<typeof schema>, shape: Shape): Lines {
  const [length, inner] = acrossSpatial
    ? [count(shape.slice(1)), 1]
    : [shape[1]!, count(shape.slice(2))];
  return { lines: count(shape) / length, length, inner };
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<Value>;  // [outer, length, inner]
@group(0) @binding(1) var<storage, read> input: array<Value>;         // [outer, length, inner]

fn line(i: i32, lane: i32) {
  let start = i / inner * inner * length + i % inner;
  var sum = Value();
  for (var k = lane; k < length; k += lanes) {
    let x = input[start + k * inner];
    sum += x * x;
  }
  sum = eps + sum_over(sum, lane);
  for (var k = lane; k < length; k += lanes) {
    let at = start + k * inner;
    output[at] = input[at] / sqrt(sum);
  }
}
`;
