/**
 * Batch normalisation with stored statistics: `(x − mean) / √(variance + eps)`.
 *
 * @module
 */
import { count, expectShape, type Shape } from "../tensor.ts";
import { number } from "./attribute.ts";
import { defineOp } from "./op.ts";
import { f32, perElement } from "./shader.ts";

/** Inputs: `[N, C, …]`, mean `[C]`, variance `[C]`. */
export const batchNorm = defineOp({
  schema: {
    /** Added to the variance. */
    eps: number(1e-5),
  },

  parameters: () => ["mean", "variance"],

  shape(_, [input, mean, variance]) {
    expectShape("means", mean!, [channelsOf(input!)]);
    expectShape("variances", variance!, [channelsOf(input!)]);
    return input!;
  },

  reference({ eps }, [input, mean, variance], output) {
    const channels = channelsOf(input!.shape);
    const inner = count(input!.shape.slice(2));
    for (let i = 0; i < output.data.length; i++) {
      const c = Math.floor(i / inner) % channels;
      output.data[i] = (input!.data[i]! - mean!.data[c]!) / Math.sqrt(variance!.data[c]! + eps);
    }
  },

  shaders: ({ eps }, [input], output) => [perElement(output, {
    code,
    constants: {
      eps: f32(eps),
      channels: channelsOf(input!),
      inner: count(input!.slice(2)),
    },
  })],
});

/** The number of channels; a tensor with one axis has 1. */
function channelsOf(input: Shape): number {
  return input[1] ?? 1;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;      // [channels]
@group(0) @binding(3) var<storage, read> variance: array<f32>;  // [channels]

// One invocation computes one element.
fn invocation(i: i32) {
  let c = i / inner % channels;
  output[i] = (input[i] - mean[c]) / sqrt(variance[c] + eps);
}
`;
