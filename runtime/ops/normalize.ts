/**
 * L2 normalisation over channels: at each position, or over a whole sample.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, number } from "./attribute.ts";
import { defineOp, f32, invocations } from "./op.ts";

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

  rounds: (attributes, _, output) => 2 * lineOf(attributes, output)[0],

  reference(attributes, [input], output) {
    const [length, inner] = lineOf(attributes, output.shape);
    for (let line = 0; line < output.data.length / length; line++) {
      const start = Math.floor(line / inner) * inner * length + line % inner;
      let sum = attributes.eps;
      for (let k = 0; k < length; k++) sum += input!.data[start + k * inner]! ** 2;
      for (let k = 0; k < length; k++) {
        const i = start + k * inner;
        output.data[i] = input!.data[i]! / Math.sqrt(sum);
      }
    }
  },

  shaders(attributes, _, output) {
    const [length, inner] = lineOf(attributes, output);
    return [invocations(count(output) / length, {
      code,
      constants: { length, inner, eps: f32(attributes.eps) },
    })];
  },
});

/** The length and stride of the normalised vectors. */
function lineOf(
  { acrossSpatial }: AttributesOf<typeof schema>,
  shape: Shape,
): readonly [length: number, inner: number] {
  return acrossSpatial ? [count(shape.slice(1)), 1] : [shape[1]!, count(shape.slice(2))];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, length, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

// One invocation normalises one vector.
fn invocation(line: i32) {
  let start = line / inner * inner * length + line % inner;
  var sum = eps;
  for (var k = 0; k < length; k++) {
    let value = input[start + k * inner];
    sum += value * value;
  }
  for (var k = 0; k < length; k++) {
    let i = start + k * inner;
    output[i] = input[i] / sqrt(sum);
  }
}
`;
