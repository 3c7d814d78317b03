/**
 * ResizeBilinear and ResizeNearestNeighbor of TensorFlow, in Synopsys's fork. By default pixel x of the
 * top is at x · width / top_width of the bottom; `align_corners` aligns the centers of the corner
 * pixels, `half_pixel_centers` the borders.
 *
 * They are lowered for the height and width that the bottom has at the conversion.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/resize_bilinear_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/resize_nearest_neighbor_layer.cpp
 * @module
 */
import { bool, float, int32, message, type MessageOf, string } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { meaningOf } from "../meaning.ts";
import { padded } from "../padded.ts";

/** The extents have no default: the fork tests whether they are set. */
const fields = {
  align_corners: bool(0, false),
  output_height: int32(0),
  output_width: int32(0),
  data_format: string(0, "NHWC"),
  scale_height: float(0, 1),
  scale_width: float(0, 1),
  half_pixel_centers: bool(0, false),
};

const BilinearParameter = message("ResizeBilinearParameter", {
  ...fields,
  pytorch_half_pixel: bool(0, false),
});

const NearestParameter = message("ResizeNearestNeighborParameter", fields);

export const resizeBilinear = defineLayer({
  type: "ResizeBilinear",
  ops: ["concat", "interp", "permute", "reshape", "slice", "tile"],
  param: { name: "resize_bilinear_param", message: BilinearParameter },

  lower: (instance) =>
    onImage(instance, (graph, name, image, [rows, columns]) => {
      const { align_corners, half_pixel_centers, pytorch_half_pixel } = instance.param;
      if (align_corners || half_pixel_centers || pytorch_half_pixel) {
        const settings = { size: [rows, columns] as const, alignCorners: align_corners };
        return apply(graph, "interp", name, [image], settings);
      }
      return resizedFromCorner(graph, name, image, [rows, columns]);
    }),
});

/**
 * An image resized bilinearly so that pixel x of the top is at x · width / top_width of the bottom,
 * and the last pixel of the bottom is repeated beyond it.
 */
export function resizedFromCorner(
  graph: GraphBuilder,
  name: string,
  image: Value,
  [rows, columns]: Pair,
): Value {
  // With the last row and column repeated, the corners of both grids are aligned.
  const framed = padded(graph, `${name}/framed`, image, [[0, 1], [0, 1]], repeating);
  const settings = { size: [rows + 1, columns + 1] as const };
  const resized = apply(graph, "interp", `${name}/resized`, [framed], settings);
  const high = apply(graph, "slice", `${name}/high`, [resized], { axis: 2, end: -1 });
  return apply(graph, "slice", name, [high], { axis: 3, end: -1 });
}

const repeating = { pad_type: "REPLICATE", pad_value: 0 } as const;

export const resizeNearestNeighbor = defineLayer({
  type: "ResizeNearestNeighbor",
  ops: ["permute", "reshape", "upsample"],
  param: { name: "resize_nearest_neighbor_param", message: NearestParameter },

  lower: (instance) =>
    onImage(instance, (graph, name, image, size) => {
      const extents = image.shape.slice(2);
      const scale: Pair = [size[0] / extents[0]!, size[1] / extents[1]!];
      if (instance.param.align_corners || !scale.every((times, i) => repeats(extents[i]!, times))) {
        throw new TypeError(
          `its bottom is ${showShape(image.shape)} and its top ${showShape(size)}, but only ` +
            "integer multiples without align_corners are supported",
        );
      }
      return apply(graph, "upsample", name, [image], { scale });
    }),
});

/** Whether, in the forks' float32, each pixel of an axis is repeated the same number of times. */
export function repeats(extent: number, times: number): boolean {
  if (!Number.isInteger(times)) return false;
  const step = Math.fround(1 / times);
  for (let i = 0; i < extent * times; i++) {
    if (Math.floor(Math.fround(i * step)) !== Math.floor(i / times)) return false;
  }
  return true;
}

/** Resizes an image `[N, C, H, W]`, or `[N, H, W, C]`, which is permuted before and after. */
function onImage(
  { graph, name, param, bottoms: [bottom] }: LayerInstance<MessageOf<typeof NearestParameter>>,
  resize: (graph: GraphBuilder, name: string, image: Value, size: Pair) => Value,
): readonly Value[] {
  expectImage(bottom!.shape);
  const isLast = meaningOf("data_format", param.data_format, { NHWC: true, NCHW: false });
  const image = isLast
    ? apply(graph, "permute", `${name}/image`, [bottom!], { order: [0, 3, 1, 2] })
    : bottom!;
  const [, , height, width] = image.shape as Shape4;
  const size: Pair = [
    param.output_height ?? Math.floor(Math.fround(height * param.scale_height)),
    param.output_width ?? Math.floor(Math.fround(width * param.scale_width)),
  ];
  if (size.some((extent) => extent < 1)) {
    throw new TypeError(`its top would be ${showShape(size)}, but must be at least [1, 1]`);
  }
  refuseHuge(size);
  const same = fixed(graph, name, image, 2);
  if (!isLast) return [resize(graph, name, same, size)];
  const resized = resize(graph, `${name}/planes`, same, size);
  return [apply(graph, "permute", name, [resized], { order: [0, 2, 3, 1] })];
}
