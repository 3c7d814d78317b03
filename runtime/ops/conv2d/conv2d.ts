/**
 * Convolution over the height and width axes.
 *
 * @module
 */
import {
  count,
  expectBiases,
  expectGroups,
  expectImage,
  expectShape,
  type Shape,
} from "../../tensor.ts";
import { finishReference } from "../epilogue.ts";
import { defineOp } from "../op.ts";
import { type Conv2dAttributes, schema } from "./attributes.ts";
import { direct } from "./direct.ts";
import { asVolume, convolve } from "./volume.ts";

/** Inputs: `[N, C, H, W]`, weights `[output, C/group, kernel…]`, biases `[output]`. */
export const conv2d = defineOp({
  schema,

  parameters: ({ bias }) => bias ? ["weights", "biases"] : ["weights"],

  shape(attributes, [input, weights, biases]) {
    const { output, kernel, group, bias } = attributes;
    expectImage(input!);
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [output, input![1]! / group, ...kernel]);
    if (bias) expectBiases(biases!, output);
    return [
      input![0]!,
      output,
      windowsAlong(attributes, input!, 0),
      windowsAlong(attributes, input!, 1),
    ];
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

/**
 * The number of windows along an axis: the last one ends inside the padded image.
 *
 * @throws {TypeError} if the window is larger than the padded image.
 */
export function windowsAlong(
  { kernel, stride, pad, dilation }: Pick<
    Conv2dAttributes,
    "kernel" | "stride" | "pad" | "dilation"
  >,
  input: Shape,
  axis: 0 | 1,
): number {
  const extent = dilation[axis] * (kernel[axis] - 1) + 1;
  const padded = input[2 + axis]! + 2 * pad[axis];
  if (padded < extent) {
    throw new TypeError(
      `its kernel spans ${extent} ${axis === 0 ? "rows" : "columns"}, but the padded input ` +
        `has only ${padded}`,
    );
  }
  return Math.floor((padded - extent) / stride[axis]) + 1;
}
