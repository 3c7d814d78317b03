/**
 * Convolutions that see only what is coded before, in learned image compression: the taps of a kernel,
 * counted by row, column and the group of their input channel, may only reach as far as the group of the
 * output channel. With `constrain: 6` they may reach that far, with `constrain: 5`, of a first layer,
 * less. The weights of the other taps count as 0, whatever is stored.
 *
 * @see https://github.com/limuhit/CCN/blob/master/caffe/src/caffe/layers/conv_layer.cpp
 * @module
 */
import { type MessageOf, uint32 } from "../../../proto/message.ts";
import { expectImage, showShape } from "../../../runtime/tensor.ts";
import { defineExtension } from "../extension.ts";
import type { convolutionParam } from "./convolution_parameter.ts";

/** The settings. */
export const constrained = {
  constrain: uint32(0, 0),
  group_in: uint32(0, 1),
  group_out: uint32(0, 1),
};

type Parameter =
  & MessageOf<typeof convolutionParam.message>
  & {
    readonly [name in keyof typeof constrained]: number;
  };

/** A convolution whose settings include {@linkcode constrained}. */
export const masked = defineExtension<Parameter>({
  lower(instance, plain) {
    const { graph, name, param, blobs: [weights, ...biases] } = instance;
    const { constrain, group_in, group_out } = param;
    if (constrain === 0) return plain(instance);
    const { shape } = weights!, [, channels, height, width] = shape;
    expectImage(shape);
    const isKnown = constrain === 5 || constrain === 6;
    if (!isKnown || height !== width || group_in === 0 || group_out === 0) {
      throw new TypeError(
        `its constrain is ${constrain}, its group_in ${group_in}, its group_out ${group_out} and ` +
          `its weights are ${showShape(shape)}, but only 5 and 6 with square kernels, and groups ` +
          "of at least 1 channel, are supported",
      );
    }
    const taps = height! * width!;
    const data = graph.dataOf(weights!)!.map((weight, i) => {
      const reach = i % width! + Math.floor(i / width!) % height! +
        Math.floor(Math.floor(i / taps) % channels! / group_in);
      const limit = Math.floor(i / taps / channels! / group_out) + width! - 1;
      return reach > limit || constrain === 5 && reach === limit ? 0 : weight;
    });
    const known = graph.constant(`${name}/known/weights`, { shape, data });
    return plain({ ...instance, blobs: [known, ...biases] });
  },
});
