/**
 * Deconvolution: the transpose of a convolution, which enlarges an image by its stride.
 *
 * Every element of the bottom adds the kernel, scaled by it, to the top; the padding is cut off
 * afterwards. Weights are `[I, O/group, kH, kW]`, TensorFlow's `[kH, kW, O, I]`, without groups.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/deconv_layer.cpp
 * @module
 */
import {
  asImages,
  convolutionParam,
  imageSettings,
  imageWeights,
  windowsOf,
} from "./convolution_parameter.ts";
import { apply, defineLayer, topName } from "./layer.ts";
import { weightsAndBiases } from "./weights.ts";

export const deconvolution = defineLayer({
  type: "Deconvolution",
  ops: ["deconv2d", "reshape"],
  param: convolutionParam,
  bottoms: [1, Infinity],
  tops: "bottoms",

  blobs(layer) {
    const { channels, kernel } = windowsOf(layer);
    const { num_output, group } = layer.param;
    return weightsAndBiases(layer.param, [channels, num_output / group, ...kernel]);
  },

  lower(layer) {
    const { graph, name, param, bottoms, blobs: [weights, ...biases] } = layer;
    const windows = windowsOf(layer);
    const axes = windows.kernel.length;
    if (axes > 2) throw new TypeError(`it has ${axes} axes after the channels, but 2 are the most`);
    const kernels = imageWeights(graph, name, weights!, windows);
    return bottoms.map((bottom, i) =>
      asImages(
        graph,
        topName(layer, i),
        bottom,
        windows,
        (node, image) =>
          apply(graph, "deconv2d", node, [image, kernels, ...biases], {
            output: param.num_output,
            group: param.group,
            bias: param.bias_term,
            ...imageSettings(windows),
          }),
      )
    );
  },
});
