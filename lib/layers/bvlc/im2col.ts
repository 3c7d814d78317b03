/**
 * Im2col: unrolls the windows of an image into channels, so that a convolution becomes a matrix
 * product.
 *
 *     [N, C, H, W]  →  [N, C·kernel_h·kernel_w, rows, columns]
 *
 * With more than two axes after the channels, each is unrolled on its own; then the taps are moved in
 * front of the windows.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/im2col_layer.cpp
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import {
  asImages,
  convolutionParam,
  imageSettings,
  type Windows,
  windowSettings,
} from "./convolution_parameter.ts";
import { longEnough } from "./short_bottom.ts";

export const im2col = defineLayer({
  type: "Im2col",
  ops: ["conv2d", "im2col", "permute", "reshape", "slice"],
  param: convolutionParam,

  lower(layer) {
    const { graph, name, bottoms: [bottom] } = layer;
    const windows = windowSettings(layer);
    const unroll = windows.kernel.length > 2 ? alongEach : unrolled;
    return [
      asImages(
        graph,
        name,
        bottom!,
        windows,
        (node, image) => unroll(graph, node, image, windows),
      ),
    ];
  },
});

/** The windows of images. */
function unrolled(graph: GraphBuilder, name: string, image: Value, windows: Windows): Value {
  const settings = imageSettings(windows);
  return apply(graph, "im2col", name, [longEnough(graph, name, image, settings)], settings);
}

/**
 * The windows along any number of axes.
 *
 *     [N, C, D, E …]  →  [N, C·kernel, D', E …]  →  [N, C·kernel·D'·kernel, E', …]  →  …
 */
function alongEach(graph: GraphBuilder, name: string, bottom: Value, windows: Windows): Value {
  const { kernel, stride, pad, dilation, channels } = windows;
  const extents = bottom.shape.slice(2), parts = [channels];
  let value = fixed(graph, name, bottom, 2);
  for (const [i, extent] of extents.entries()) {
    const lines = apply(graph, "reshape", `${name}/axis${i + 2}/lines`, [value], {
      shape: [count(parts), extent, -1],
      axis: 1,
    });
    value = unrolled(graph, `${name}/axis${i + 2}/windows`, lines, {
      ...windows,
      kernel: [kernel[i]!, 1],
      stride: [stride[i]!, 1],
      pad: [pad[i]!, 0],
      dilation: [dilation[i]!, 1],
    });
    parts.push(kernel[i]!, value.shape[2]!);
  }
  const apart = apply(graph, "reshape", `${name}/apart`, [value], { shape: parts, axis: 1 });
  const taps = extents.map((_, i) => 2 + 2 * i), places = taps.map((axis) => axis + 1);
  const turned = apply(graph, "permute", `${name}/turned`, [apart], {
    order: [0, 1, ...taps, ...places],
  });
  const shape = [channels * count(kernel), ...places.map((axis) => parts[axis - 1]!)];
  return apply(graph, "reshape", name, [turned], { shape, axis: 1 });
}
