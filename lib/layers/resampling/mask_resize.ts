/**
 * MaskResize: resizes an image bilinearly, so that pixel x of the top is at x · width / top_width of the
 * bottom. Beyond the middle of the last pixel of the bottom there are zeros, which only a top of more
 * than twice its extent shows; that is not supported. In SSTD, factors replace the extents of the top.
 *
 * It is lowered for the height and width that the bottom has at the conversion.
 *
 * @see https://github.com/daijifeng001/caffe-mnc/blob/master/src/caffe/layers/mask_resize_layer.cu
 * @see https://github.com/BestSonny/SSTD/blob/master/src/caffe/layers/mask_resize_layer.cpp
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { defineLayer } from "../layer.ts";
import { resizedFromCorner } from "./tensorflow_resize.ts";

export const maskResize = defineLayer({
  type: "MaskResize",
  ops: ["concat", "interp", "reshape", "slice", "tile"],
  param: {
    name: "mask_resize_param",
    message: message("MaskResizeParameter", {
      output_height: uint32(0),
      output_width: uint32(0),
      factor_height: float(0, 0),
      factor_width: float(0, 0),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const [, , height, width] = bottom!.shape as Shape4;
    const extent = (before: number, factor: number, given = 0) =>
      factor > 0 ? Math.floor(Math.fround(before * factor)) : given;
    const size: Pair = [
      extent(height, param.factor_height, param.output_height),
      extent(width, param.factor_width, param.output_width),
    ];
    if (Math.min(...size) < 1 || size[0] > 2 * height || size[1] > 2 * width) {
      throw new TypeError(
        `its bottom is ${showShape(bottom!.shape)} and its top ${showShape(size)} pixels, but ` +
          "only tops of 1 pixel to twice the bottom's height and width are supported",
      );
    }
    return [resizedFromCorner(graph, name, fixed(graph, name, bottom!, 2), size)];
  },
});
