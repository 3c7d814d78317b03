/**
 * Convolution over the depth, height and width axes.
 *
 * @module
 */
import { count, expectBiases, expectGroups, expectShape, showShape } from "../tensor.ts";
import { boolean, size, triple } from "./attribute.ts";
import { direct } from "./conv2d/direct.ts";
import { convolve } from "./conv2d/volume.ts";
import { noEpilogue } from "./epilogue.ts";
import { defineOp } from "./op.ts";

/** Inputs: `[N, C, D, H, W]`, weights `[output, C/group, kernel…]`, biases `[output]`. */
export const conv3d = defineOp({
  schema: {
    output: size(),
    kernel: triple(),
    stride: triple([1, 1, 1]),
    pad: triple([0, 0, 0]),
    dilation: triple([1, 1, 1]),
    group: size(1),
    bias: boolean(true),
  },

  parameters: ({ bias }) => bias ? ["weights", "biases"] : ["weights"],

  shape({ output, kernel, stride, pad, dilation, group, bias }, [input, weights, biases]) {
    if (input!.length !== 5) {
      throw new TypeError(`its input is ${showShape(input!)}, not a volume [N, C, D, H, W]`);
    }
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [output, input![1]! / group, ...kernel]);
    if (bias) expectBiases(biases!, output);
    const windows = kernel.map((extent, axis) => {
      const room = input![axis + 2]! + 2 * pad[axis]! - dilation[axis]! * (extent - 1) - 1;
      if (room < 0) throw new TypeError("its kernel is larger than its padded input");
      return Math.floor(room / stride[axis]!) + 1;
    });
    return [input![0]!, output, ...windows];
  },

  macs: (_, [, weights], output) => count(output) * count(weights!.slice(1)),

  rounds: ({ kernel }, [, weights]) =>
    kernel.reduceRight((rounds, extent) => extent * (rounds + 1), 0) * weights![1]!,

  reference: convolve,

  shaders: (attributes, inputs, output) => [
    direct({ ...attributes, ...noEpilogue }, inputs, output),
  ],
});
