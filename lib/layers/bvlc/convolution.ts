/**
 * Convolution: every output channel is a weighted sum of a window of its group's channels.
 *
 * Caffe pads both sides alike and rounds the number of windows down, so a last column can be left
 * over; TensorFlow's "same" padding depends on the extent, and may be uneven. Weights are
 * `[O, I/group, kH, kW]`, TensorFlow's `[kH, kW, I/group, O]`.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/base_conv_layer.cpp
 * @module
 */
import { message } from "../../../proto/message.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { defineExtendedLayer } from "../extension.ts";
import { apply, topName } from "../layer.ts";
import { weightsAndBiases } from "../weights.ts";
import {
  asImages,
  convolutionFields,
  convolutionParam,
  imageSettings,
  imageWeights,
  type Windows,
  windowsOf,
} from "./convolution_parameter.ts";
import { fusedRelu, rectified } from "./fused_relu.ts";
import { constrained, masked } from "./masked_weights.ts";
import { paddedToSame, padType } from "./same_pads.ts";
import { longEnough } from "./short_bottom.ts";
import { paddedBySide, sidePads } from "./side_pads.ts";
import { bottomIsIm2col, ofUnrolled } from "./unrolled_bottom.ts";

const ConvolutionParameter = message("ConvolutionParameter", {
  ...convolutionFields,
  ...sidePads,
  ...padType,
  ...fusedRelu,
  ...bottomIsIm2col,
  ...constrained,
});

/** The settings of forks. */
const forks = [paddedBySide, paddedToSame, ofUnrolled, rectified, masked];

export const convolution = defineExtendedLayer(forks, {
  type: "Convolution",
  ops: ["conv2d", "conv3d", "reshape"],
  param: { ...convolutionParam, message: ConvolutionParameter },
  bottoms: [1, Infinity],
  tops: "bottoms",

  blobs(layer) {
    const { channels, kernel } = windowsOf(layer);
    const { num_output, group } = layer.param;
    return weightsAndBiases(
      layer.param,
      [num_output, channels / group, ...kernel],
      layer.shapes[0],
    );
  },

  lower(layer) {
    const { graph, name, param, bottoms, blobs: [weights, ...biases] } = layer;
    const windows = windowsOf(layer);
    const axes = windows.kernel.length;
    if (axes > 3) throw new TypeError(`it has ${axes} axes after the channels, but at most 3 fit`);
    const settings = { output: param.num_output, group: param.group, bias: param.bias_term };
    const kernels = imageWeights(graph, name, weights!, windows);
    return bottoms.map((bottom, i) =>
      asImages(graph, topName(layer, i), bottom, windows, (node, image) => {
        const extents = axes === 3 ? windows : imageSettings(windows);
        const inputs = [longEnough(graph, node, image, extents), kernels, ...biases];
        return axes === 3
          ? apply(graph, "conv3d", node, inputs, { ...settings, ...volumeSettings(windows) })
          : apply(graph, "conv2d", node, inputs, { ...settings, ...imageSettings(windows) });
      })
    );
  },
});

/** The settings for an op on volumes. */
function volumeSettings({ kernel, stride, pad, dilation }: Windows) {
  const triple = ([depth, height, width]: Shape) => [depth!, height!, width!] as const;
  return {
    kernel: triple(kernel),
    stride: triple(stride),
    pad: triple(pad),
    dilation: triple(dilation),
  };
}
