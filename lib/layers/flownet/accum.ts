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
import { expectImage } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerShape } from "../layer.ts";

export const accum = defineLayer({
  type: "Accum",
  ops: ["concat", "interp", "reshape"],
  param: {
    name: "accum_param",
    message: message("AccumParameter", {
      top_height: uint32(1, 0),
      top_width: uint32(2, 0),
      size_divisible_by: uint32(3, 0),
      have_reference: bool(4, false),
    }),
  },
  bottoms: [1, Infinity],

  lower(layer) {
    const { graph, name, bottoms } = layer;
    layer.shapes.forEach(expectImage);
    const { have_reference, top_height, top_width } = layer.param;
    const images = have_reference ? bottoms.slice(0, -1) : bottoms;
    const isGiven = top_height > 0 && top_width > 0;
    const size: Pair = isGiven ? [top_height, top_width] : largestSize(layer);
    const resized = images.map((image, i) => {
      const node = images.length > 1 ? `${name}/${i}` : name;
      if (have_reference) return apply(graph, "interp", node, [image, bottoms.at(-1)!], {});
      // Which bottom is the largest is known for these extents only.
      const input = isGiven ? image : fixed(graph, node, image, 2);
      return apply(graph, "interp", node, [input], { size });
    });
    return resized.length === 1 ? resized : [apply(graph, "concat", name, resized, { axis: 1 })];
  },
});

/** The height and width of the largest bottom, rounded up to a multiple if there is a divisor. */
function largestSize(
  { param, shapes }: LayerShape<{ readonly size_divisible_by: number }>,
): Pair {
  const divisor = Math.max(param.size_divisible_by, 1);
  const largest = (axis: number) => Math.max(...shapes.map((shape) => shape[axis]!));
  return [Math.ceil(largest(2) / divisor) * divisor, Math.ceil(largest(3) / divisor) * divisor];
}
