/**
 * A fully connected layer: each output is a dot product of weights with a whole sample.
 *
 * @module
 */
import { axisOf, count, expectBiases, expectShape } from "../tensor.ts";
import { boolean, integer, size } from "./attribute.ts";
import { biasAndFinish, epilogue, finishReference } from "./epilogue.ts";
import { defineOp, weightsAndBiases } from "./op.ts";
import { perElement } from "./shader.ts";

/**
 * Inputs: a tensor whose axes from `axis` on form a sample of K numbers, weights `[output, K]`,
 * biases `[output]`.
 */
export const dense = defineOp({
  schema: {
    /** The number of outputs per sample. */
    output: size(),
    /** The first axis of a sample; the axes before it count samples. */
    axis: integer(1),
    bias: boolean(true),
    ...epilogue,
  },

  parameters: weightsAndBiases,

  shape({ output, axis, bias }, [input, weights, biases]) {
    const first = axisOf(axis, input!.length);
    expectShape("weights", weights!, [output, count(input!.slice(first))]);
    if (bias) expectBiases(biases!, output);
    return [...input!.slice(0, first), output];
  },

  macs: (_, [, weights], output) => count(output) * weights![1]!,

  rounds(_, [input, weights]) {
    const length = weights![1]!, channels = input!.length > 2 ? input![1]! : length;
    return length % 4 === 0 ? length / channels * Math.ceil(channels / 4) : length;
  },

  reference(attributes, inputs, output) {
    const [input, weights, biases] = inputs;
    const [outputs, length] = weights!.shape as [number, number];
    const samples = output.data.length / outputs;
    for (let n = 0; n < samples; n++) {
      for (let o = 0; o < outputs; o++) {
        let sum = attributes.bias ? biases!.data[o]! : 0;
        for (let k = 0; k < length; k++) {
          sum += input!.data[n * length + k]! * weights!.data[o * length + k]!;
        }
        output.data[n * outputs + o] = sum;
      }
    }
    finishReference(attributes, output.data, inputs);
  },

  shaders(attributes, [, weights], output) {
    const [outputs, inputs] = weights as [number, number];
    const lanes = inputs % 4 === 0 ? 4 : 1;
    return [perElement(output, {
      code: (lanes === 4 ? quads : singles) + code + biasAndFinish(attributes),
      constants: { inputs: inputs / lanes, outputs },
    })];
  },
});

/** If K is a multiple of four, operands are read as `vec4f`. */
const quads = /* wgsl */ `
alias Lane = vec4f;
fn multiply(a: vec4f, b: vec4f) -> f32 { return dot(a, b); }
`;

const singles = /* wgsl */ `
alias Lane = f32;
fn multiply(a: f32, b: f32) -> f32 { return a * b; }
`;

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, outputs]
@group(0) @binding(1) var<storage, read> input: array<Lane>;        // [N, inputs]
@group(0) @binding(2) var<storage, read> weights: array<Lane>;      // [outputs, inputs]

// One invocation computes one element of the output.
fn invocation(i: i32) {
  let o = i % outputs;
  let n = i / outputs;
  var sum = 0.0;
  for (var k = 0; k < inputs; k++) {
    sum += multiply(input[n * inputs + k], weights[o * inputs + k]);
  }
  output[i] = finish(sum + bias(o), i);
}
`;
