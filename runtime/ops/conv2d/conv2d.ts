/**
 * Convolution over the height and width axes.
 *
 * @module
 */
import { count, expectBiases, expectGroups, expectImage, expectShape } from "../../tensor.ts";
import { finishReference } from "../epilogue.ts";
import { defineOp, weightsAndBiases } from "../op.ts";
import { schema } from "./attributes.ts";
import { direct } from "./direct.ts";
import { windowCounts } from "./geometry.ts";
import { asVolume, convolve } from "./volume.ts";

/** Inputs: `[N, C, H, W]`, weights `[output, C/group, kernel…]`, biases `[output]`. */
export const conv2d = defineOp({
  schema,

  parameters: weightsAndBiases,

  shape(attributes, [input, weights, biases]) {
    const { output, kernel, group, bias } = attributes;
    expectImage(input!);
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [output, input![1]! / group, ...kernel]);
    if (bias) expectBiases(biases!, output);
    return [input![0]!, output, ...windowCounts(attributes, input!)];
  },

  macs: (_, [, weights], output) => count(output) * count(weights!.slice(1)),

  rounds: ({ kernel: [height, width], group }, [, weights]) =>
    group === 1
      ? height * width * Math.ceil(weights![1]! / 4)
      : weights![1]! * (2 + height * (1 + width)),

  reference(attributes, inputs, output) {
    convolve(asVolume(attributes), inputs, output);
    finishReference(attributes, output.data, inputs);
  },

  shaders: (attributes, inputs, output) => [direct(asVolume(attributes), inputs, output)],
});
