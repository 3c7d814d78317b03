/**
 * Convolutions of windows that an Im2col has unrolled, as in segmentation-aware networks, which weigh
 * each tap of a window first: they only multiply by the weights, `[O, I/group, kH, kW]` as ever. Their
 * padding, stride and dilation are those of the Im2col, and have no effect.
 *
 * @see https://github.com/aharley/segaware/blob/master/caffe/src/caffe/layers/base_conv_layer.cpp
 * @module
 */
import { bool, type MessageOf } from "../../../proto/message.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { defineExtension } from "../extension.ts";
import { apply, type LayerShape, topName } from "../layer.ts";
import { weightsAndBiases } from "../weights.ts";
import { type convolutionParam, windowSettings } from "./convolution_parameter.ts";

/** The setting. */
export const bottomIsIm2col = { bottom_is_im2col: bool(0, false) };

type Parameter = MessageOf<typeof convolutionParam.message> & {
  readonly bottom_is_im2col: boolean;
};

/** A convolution whose settings include {@linkcode bottomIsIm2col}. */
export const ofUnrolled = defineExtension<Parameter>({
  ops: ["conv2d"],

  blobs(shape, plain) {
    const { param, shapes } = shape;
    if (!param.bottom_is_im2col) return plain(shape);
    const { kernel, channels } = unrolledWindows(shape);
    return weightsAndBiases(param, [param.num_output, channels, ...kernel], shapes[0]);
  },

  lower(instance, plain) {
    const { graph, name, param, bottoms, blobs: [weights, ...biases] } = instance;
    if (!param.bottom_is_im2col) return plain(instance);
    const shape = [weights!.shape[0]!, count(weights!.shape.slice(1)), 1, 1];
    const rows = graph.constant(`${name}/rows`, { shape, data: graph.dataOf(weights!)! });
    const { num_output: output, group, bias_term: bias } = param;
    const settings = { output, kernel: [1, 1], group, bias } as const;
    return bottoms.map((bottom, i) =>
      apply(graph, "conv2d", topName(instance, i), [bottom, rows, ...biases], settings)
    );
  },
});

/** The kernel, and the channels of a group that the windows were unrolled from. */
function unrolledWindows(shape: LayerShape<Parameter>) {
  const { kernel, axis, channels } = windowSettings(shape), { group } = shape.param;
  const taps = count(kernel), own = channels / taps / group;
  if (axis !== 1 || kernel.length !== 2 || !Number.isInteger(own) || own === 0) {
    throw new TypeError(
      `its bottom is ${showShape(shape.shapes[0]!)}, but with bottom_is_im2col it must be an ` +
        `image whose channels are windows of ${taps} in ${group} groups`,
    );
  }
  return { kernel, channels: own };
}
