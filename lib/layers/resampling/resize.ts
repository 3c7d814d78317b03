/**
 * Resize: resizes an image bilinearly, aligned at its top left corner: pixel x of the top is at
 * x · width / top_width of the bottom. Pixels beyond the last column or row are zero, so that the lower
 * and the right border fade.
 *
 * With `is_pyramid_test` or factors, the size follows from that of the bottom, which is fixed at the
 * conversion. In the fork that has factors, an image as the second bottom may give the size instead.
 *
 * Another fork, recognized by its settings or by a Remap in the network, aligns the last pixels too
 * (`blurred_resize.ts`).
 *
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/resize_layer.cpp
 * @see https://github.com/zimenglan-sysu-512/pose_action_caffe
 * @module
 */
import { bool, float, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, expectImage, type Shape, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { zeroBorder } from "../zero_border.ts";
import { blurredFields, blurredResize, isBlurred } from "./blurred_resize.ts";

// SSD has another message of this name.
const ResizeParameter = message("ResizeParameter", {
  is_pyramid_test: bool(0, false),
  height: uint32(0),
  width: uint32(0),
  out_height_scale: float(0),
  out_width_scale: float(0),
  height_fac: float(0),
  width_fac: float(0),
  ...blurredFields,
});

const resizeParam = { name: "resize_param", message: ResizeParameter };

export const resize = defineLayer({
  type: "Resize",
  ops: ["conv2d", "dense", "interp", "permute", "reshape", "slice"],
  param: resizeParam,
  bottoms: [1, 2],

  lower({ graph, name, layer, param, bottoms: [bottom, like], hasLayer }) {
    expectImage(bottom!.shape);
    if (isBlurred(param) || hasLayer("Remap")) return [blurredResize(graph, name, bottom!, param)];
    if (like !== undefined) expectSize(like.shape, layer.hasParam(resizeParam));
    const nodes = new LayerNodes(graph, name);
    const size = like === undefined ? sizeOf(param, bottom!.shape as Shape4) : undefined;
    const image = isRelative(param) ? fixed(graph, name, bottom!, 2) : bottom!;
    // With a row and a column of zeros appended, the corners of both grids are aligned.
    const framed = zeroBorder(graph, name, image, [1, 1]);
    const inputs = like === undefined ? [framed] : [framed, oneLarger(nodes, like)];
    const resized = nodes.add("interp", "resized", inputs, {
      ...size && { size: [size[0] + 1, size[1] + 1] },
      cut: [1, 0],
    });
    const high = nodes.slice("high", resized, 2, 0, -1);
    return [apply(graph, "slice", name, [high], { axis: 3, end: -1 })];
  },
});

type Parameter = MessageOf<typeof ResizeParameter>;

/** Whether the size of the top follows from that of the bottom. */
function isRelative({ is_pyramid_test, height_fac, width_fac }: Parameter): boolean {
  return is_pyramid_test || height_fac !== undefined && width_fac !== undefined;
}

/** The height and width of the top. */
function sizeOf(
  param: Parameter,
  [, , height, width]: Shape4,
): readonly [number, number] {
  const { out_height_scale, out_width_scale, height_fac = 0, width_fac = 0 } = param;
  const size = param.is_pyramid_test
    ? [height * (out_height_scale ?? 0), width * (out_width_scale ?? 0)]
    : isRelative(param)
    ? [Math.fround(height * height_fac), Math.fround(width * width_fac)]
    : [param.height ?? 0, param.width ?? 0];
  const [rows, columns] = size.map(Math.floor) as [number, number];
  if (rows >= 1 && columns >= 1) return [rows, columns];
  throw new TypeError(
    `its top would be ${rows} × ${columns}: it needs a height and a width, a height_fac and a ` +
      "width_fac, is_pyramid_test with an out_height_scale and an out_width_scale, or a second " +
      "bottom",
  );
}

/** Expects that the second bottom is an image whose size counts, and that nothing else gives the size. */
function expectSize(shape: Shape, hasParam: boolean): void {
  expectImage(shape);
  if (hasParam) {
    throw new TypeError("its size is given twice, by its resize_param and by a second bottom");
  }
  if (count(shape) === 4) {
    throw new TypeError(
      `its second bottom ${showShape(shape)} has 4 elements, whose values would be the size: ` +
        "only the size of a larger image is supported",
    );
  }
}

/** An image with one row and one column more than another. */
function oneLarger(nodes: LayerNodes, like: Value): Value {
  const channel = nodes.slice("like", like, 1, 0, 1);
  const framed = zeroBorder(nodes.graph, `${nodes.name}/like`, channel, [1, 1]);
  return nodes.slice("like/columns", nodes.slice("like/rows", framed, 2, 1, 0), 3, 1, 0);
}
