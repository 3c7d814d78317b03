/**
 * Deconvolution: the transpose of a convolution, which enlarges an image by its stride.
 *
 * Every element of the bottom adds the kernel, scaled by it, to the top; the padding is cut off
 * afterwards. Weights are `[I, O/group, kH, kW]`, TensorFlow's `[kH, kW, O, I]`, without groups.
 *
 * A deconvolution of volumes is lowered to one of their images, with an output for each depth of the
 * kernel, and a second one along the depth, which adds each of these outputs at its position.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/deconv_layer.cpp
 * @module
 */
import type { MessageOf } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { defineExtendedLayer } from "../extension.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { weightsAndBiases } from "../weights.ts";
import {
  asImages,
  imageSettings,
  imageWeights,
  sidedParam,
  type Windows,
  windowsOf,
} from "./convolution_parameter.ts";
import { croppedBySide } from "./side_pads.ts";

export const deconvolution = defineExtendedLayer([croppedBySide], {
  type: "Deconvolution",
  ops: ["deconv2d", "permute", "reshape"],
  param: sidedParam,
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
    if (axes > 3) throw new TypeError(`it has ${axes} axes after the channels, but at most 3 fit`);
    if (axes === 3) return overVolumes(layer, windows);
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

/**
 * Lowers the layer for volumes.
 *
 *     [N, C, D, H, W]  →  [N, D, C, H, W]  →  [N·D, C, H, W]
 *                      →  [N·D, O·kD, H', W']  →  [N, D, O·kD, H'·W']
 *                      →  [N, O·kD, D, H'·W']  →  [N, O, D', H'·W']  →  [N, O, D', H', W']
 */
function overVolumes(
  layer: LayerInstance<MessageOf<typeof sidedParam.message>>,
  windows: Windows,
): readonly Value[] {
  const { graph, name, param: { num_output: output, group, bias_term }, bottoms, blobs } = layer;
  const [weights, biases] = blobs;
  const { kernel: [deep, ...kernel], stride, pad, dilation } = windows;
  if (windows.axis !== 1) {
    throw new TypeError(`its axis is ${windows.axis}, but for volumes it must be 1`);
  }
  const shape = [windows.channels, output / group * deep!, ...kernel];
  const slices = graph.constant(`${name}/slices`, { shape, data: graph.dataOf(weights!)! });
  const one = new Float32Array(output * deep! * deep!);
  for (let i = 0; i < output * deep!; i++) one[i * deep! + i % deep!] = 1;
  const places = graph.constant(`${name}/places`, {
    shape: [output * deep!, 1, deep!, 1],
    data: one,
  });
  return bottoms.map((bottom, i) => {
    const top = topName(layer, i);
    const [, channels, depth, ...extents] = bottom.shape;
    const turned = apply(graph, "permute", `${top}/turned`, [fixed(graph, top, bottom, 1)], {
      order: [0, 2, 1, 3, 4],
    });
    const images = apply(graph, "reshape", `${top}/images`, [turned], {
      shape: [-1, channels!, ...extents],
    });
    const spread = apply(graph, "deconv2d", `${top}/spread`, [images, slices], {
      ...imageSettings(windows),
      output: output * deep!,
      group,
      bias: false,
    });
    const [rows, columns] = spread.shape.slice(2) as [number, number];
    const stacked = apply(graph, "reshape", `${top}/stacked`, [spread], {
      shape: [-1, depth!, output * deep!, rows * columns],
    });
    const deepest = apply(graph, "permute", `${top}/deepest`, [stacked], { order: [0, 2, 1, 3] });
    const inputs = [deepest, places, ...(bias_term ? [biases!] : [])];
    const added = apply(graph, "deconv2d", `${top}/added`, inputs, {
      output,
      kernel: [deep!, 1],
      stride: [stride[0]!, 1],
      pad: [pad[0]!, 0],
      dilation: [dilation[0]!, 1],
      group: output,
      bias: bias_term,
    });
    return apply(graph, "reshape", top, [added], { shape: [rows, columns], axis: 3, numAxes: 1 });
  });
}
