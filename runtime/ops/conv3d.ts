/**
 * Convolution over the depth, height and width axes.
 *
 * @module
 */
import { count, expectBiases, expectGroups, expectShape, showShape } from "../tensor.ts";
import { boolean, size, sizes3d, triple } from "./attribute.ts";
import { direct } from "./conv2d/direct.ts";
import { windowCounts } from "./conv2d/geometry.ts";
import { convolve } from "./conv2d/volume.ts";
import { noEpilogue } from "./epilogue.ts";
import { defineOp, weightsAndBiases } from "./op.ts";

/** Inputs: `[N, C, D, H, W]`, weights `[output, C/group, kernel…]`, biases `[output]`. */
export const conv3d = defineOp({
  schema: {
    output: size(),
    kernel: sizes3d(),
    stride: sizes3d([1, 1, 1]),
    pad: triple([0, 0, 0]),
    dilation: sizes3d([1, 1, 1]),
    group: size(1),
    bias: boolean(true),
  },

  parameters: weightsAndBiases,

  shape(attributes, [input, weights, biases]) {
    const { output, kernel, group, bias } = attributes;
    if (input!.length !== 5) {
      throw new TypeError(`its input is ${showShape(input!)}, not a volume [N, C, D, H, W]`);
    }
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [output, input![1]! / group, ...kernel]);
    if (bias) expectBiases(biases!, output);
    return [input![0]!, output, ...windowCounts(attributes, input!)];
  },

  macs: (_, [, weights], output) => count(output) * count(weights!.slice(1)),

  rounds: ({ kernel }, [, weights]) =>
    kernel.reduceRight((rounds, extent) => extent * (rounds + 1), 0) * weights![1]!,

  reference: convolve,

  shaders: (attributes, inputs, output) => [
    direct({ ...attributes, ...noEpilogue }, inputs, output),
  ],
});
