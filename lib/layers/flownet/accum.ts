/**
 * Accum: resizes its bottoms to one size, bilinearly with aligned corners, and concatenates their
 * channels. The size is that of the last bottom (with `have_reference`), the given one, or that of
 * the largest bottom.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/accum_layer.cu
 * @module
 */
import { bool, message, uint32 } from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, sameShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer, type LayerShape } from "../layer.ts";

export const accum = defineLayer({
  type: "Accum",
  ops: ["concat", "interp"],
  param: {
    name: "accum_param",
    // Its field number differs between forks, so it is read from text only.
    number: 0,
    message: message("AccumParameter", {
      top_height: uint32(1, 0),
      top_width: uint32(2, 0),
      size_divisible_by: uint32(3, 0),
      have_reference: bool(4, false),
    }),
  },
  bottoms: [1, Infinity],

  lower(layer) {
    const { graph, name, param, bottoms } = layer;
    layer.shapes.forEach(expectImage);
    const size = sizeOf(layer);
    const images = param.have_reference ? bottoms.slice(0, -1) : bottoms;
    const resized = images.map((image, i) =>
      sameShape(image.shape.slice(2), size)
        ? image
        : apply(graph, "interp", images.length > 1 ? `${name}/${i}` : name, [image], { size })
    );
    return resized.length === 1 ? resized : [apply(graph, "concat", name, resized, { axis: 1 })];
  },
});

/** The height and width of the top. */
function sizeOf({ param, shapes }: LayerShape<{
  readonly top_height: number;
  readonly top_width: number;
  readonly size_divisible_by: number;
  readonly have_reference: boolean;
}>): Pair {
  if (param.have_reference) return shapes.at(-1)!.slice(2) as [number, number];
  const { top_height, top_width, size_divisible_by: divisor } = param;
  if (top_height > 0 && top_width > 0) return [top_height, top_width];
  const largest = (axis: number) => Math.max(...shapes.map((shape) => shape[axis]!));
  const rounded = (extent: number) => divisor > 0 ? Math.ceil(extent / divisor) * divisor : extent;
  return [rounded(largest(2)), rounded(largest(3))];
}
