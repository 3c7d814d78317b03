/**
 * Resize: resizes an image bilinearly, aligned at its top left corner: pixel x of the top is at
 * x · width / top_width of the bottom. Pixels beyond the last column or row are zero, so that the lower
 * and the right border fade.
 *
 * With `is_pyramid_test` the size follows from that of the bottom, which is fixed at the conversion.
 *
 * Another fork, recognized by its settings or by a Remap in the network, aligns the last pixels too
 * (`blurred_resize.ts`).
 *
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/resize_layer.cpp
 * @module
 */
import { bool, float, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import { expectImage, type Shape4 } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { zeroBorder } from "../zero_border.ts";
import { blurredFields, blurredResize, isBlurred } from "./blurred_resize.ts";

// SSD has another message of this name.
const ResizeParameter = message("ResizeParameter", {
  is_pyramid_test: bool(0, false),
  height: uint32(0),
  width: uint32(0),
  out_height_scale: float(0),
  out_width_scale: float(0),
  ...blurredFields,
});

export const resize = defineLayer({
  type: "Resize",
  ops: ["conv2d", "dense", "interp", "permute", "reshape", "slice"],
  param: { name: "resize_param", message: ResizeParameter },

  lower({ graph, name, param, bottoms: [bottom], hasLayer }) {
    expectImage(bottom!.shape);
    if (isBlurred(param) || hasLayer("Remap")) return [blurredResize(graph, name, bottom!, param)];
    const [, , ...extents] = bottom!.shape as Shape4;
    const [rows, columns] = sizeOf(param, extents);
    // With a row and a column of zeros appended, the corners of both grids are aligned.
    const image = param.is_pyramid_test ? fixed(graph, name, bottom!, 2) : bottom!;
    const framed = zeroBorder(graph, name, image, [1, 1]);
    const resized = apply(graph, "interp", `${name}/resized`, [framed], {
      size: [rows + 1, columns + 1],
      cut: [1, 0],
    });
    const high = apply(graph, "slice", `${name}/high`, [resized], { axis: 2, end: -1 });
    return [apply(graph, "slice", name, [high], { axis: 3, end: -1 })];
  },
});

/** The height and width of the top. */
function sizeOf(
  param: MessageOf<typeof ResizeParameter>,
  [height, width]: readonly [number, number],
): readonly [number, number] {
  const { out_height_scale, out_width_scale } = param;
  const size = param.is_pyramid_test
    ? [height * (out_height_scale ?? 0), width * (out_width_scale ?? 0)]
    : [param.height ?? 0, param.width ?? 0];
  const [rows, columns] = size.map(Math.floor) as [number, number];
  if (rows >= 1 && columns >= 1) return [rows, columns];
  throw new TypeError(
    `its top would be ${rows} × ${columns}: it needs a height and a width, or is_pyramid_test with ` +
      "an out_height_scale and an out_width_scale",
  );
}
