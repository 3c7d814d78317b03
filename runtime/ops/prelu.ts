/**
 * PReLU: a rectifier with a learned slope for negative numbers.
 *
 * @module
 */
import { count, showShape } from "../tensor.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/** Inputs: `[N, C, …]`, slopes `[C]`, or one number for all channels. */
export const prelu = defineOp({
  schema: {},

  parameters: () => ["slope"],

  shape(_, [input, slope]) {
    const slopes = count(slope!);
    if (slopes !== 1 && slopes !== input![1]) {
      throw new TypeError(
        `its slope is ${showShape(slope!)}, but its input has ${input![1] ?? "no"} channels`,
      );
    }
    return input!;
  },

  reference(_, [input, slope], output) {
    const slopes = slope!.data.length;
    const inner = count(input!.shape.slice(2));
    for (let i = 0; i < output.data.length; i++) {
      const x = input!.data[i]!;
      output.data[i] = x > 0 ? x : x * slope!.data[Math.floor(i / inner) % slopes]!;
    }
  },

  shaders: (_, [input, slope], output) => [perElement(output, {
    code,
    constants: { slopes: count(slope!), inner: count(input!.slice(2)) },
  })],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> slope: array<f32>;  // [slopes]

// One invocation computes one element.
fn invocation(i: i32) {
  let x = input[i];
  output[i] = select(x, 0.0, x <= 0.0) + slope[i / inner % slopes] * min(x, 0.0);
}
`;
