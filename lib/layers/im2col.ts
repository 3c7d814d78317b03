/**
 * Im2col: unrolls the windows of an image into channels, so that a convolution becomes a matrix
 * product.
 *
 *     [N, C, H, W]  →  [N, C·kernel_h·kernel_w, rows, columns]
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/im2col_layer.cpp
 *
 * @module
 */
import {
  asImages,
  convolutionParam,
  imageSettings,
  windowSettings,
} from "./convolution_parameter.ts";
import { apply, defineLayer } from "./layer.ts";
import { longEnough } from "./short_bottom.ts";

export const im2col = defineLayer({
  type: "Im2col",
  ops: ["conv2d", "im2col", "reshape", "slice"],
  param: convolutionParam,

  lower(layer) {
    const { graph, name, bottoms: [bottom] } = layer;
    const windows = windowSettings(layer);
    const axes = windows.kernel.length;
    if (axes > 2) throw new TypeError(`it has ${axes} axes after the channels, but at most 2 fit`);
    const settings = imageSettings(windows);
    return [
      asImages(
        graph,
        name,
        bottom!,
        windows,
        (node, image) =>
          apply(graph, "im2col", node, [longEnough(graph, node, image, settings)], settings),
      ),
    ];
  },
});
