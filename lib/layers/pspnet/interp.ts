/**
 * Interp: resizes an image bilinearly with aligned corners (TensorFlow's `align_corners`). In some
 * forks a second bottom determines the size.
 *
 * @see https://github.com/hszhao/PSPNet/blob/master/src/caffe/layers/interp_layer.cpp
 * @module
 */
import { int32, message, type MessageOf, onlyWith } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

/** The extents have no default: Caffe tests whether they are set. */
const InterpParameter = message("InterpParameter", {
  height: int32(1),
  width: int32(2),
  zoom_factor: int32(3),
  shrink_factor: int32(4),
  /** Padding above and to the left; a negative number crops. */
  pad_beg: int32(5, 0),
  pad_end: int32(6, 0),
  ...onlyWith({ align_corners: true, full_zoom_factor: 1 }),
});

export const interp = defineLayer({
  type: "Interp",
  ops: ["interp"],
  param: { name: "interp_param", number: 143, message: InterpParameter },
  bottoms: [1, 2],

  lower({ graph, name, param, bottoms }) {
    const { pad_beg, pad_end } = param;
    if (pad_beg > 0 || pad_end > 0) {
      throw new TypeError(
        `its pad_beg is ${pad_beg} and its pad_end ${pad_end}, but only cropping is supported: ` +
          "they must be 0 or less",
      );
    }
    const cut = [Math.abs(pad_beg), Math.abs(pad_end)] as const;
    const size = bottoms.length === 2 ? {} : sizeOf(param);
    return [apply(graph, "interp", name, bottoms, { ...size, cut })];
  },
});

/** InterpAdvance of CF-Caffe, which always has a second bottom. */
export const interpAdvance = defineLayer({
  type: "InterpAdvance",
  ops: ["interp"],
  bottoms: [2, 2],
  lower: ({ graph, name, bottoms }) => [apply(graph, "interp", name, bottoms, {})],
});

/** The size of the top. Of several ways to specify it, the first in this order counts. */
function sizeOf(param: MessageOf<typeof InterpParameter>) {
  const { height, width, zoom_factor: zoom, shrink_factor: shrink } = param;
  for (const [name, value] of Object.entries({ height, width, zoom, shrink })) {
    if (value !== undefined && value < 1) {
      throw new TypeError(`its ${name} is ${value}, but it must be at least 1`);
    }
  }
  if (shrink !== undefined && zoom === undefined) return { shrink };
  if (zoom !== undefined && shrink === undefined) return { zoom };
  if (height !== undefined && width !== undefined) return { size: [height, width] as const };
  if (zoom !== undefined && shrink !== undefined) return { shrink, zoom };
  throw new TypeError(
    "it needs a zoom_factor, a shrink_factor, both height and width, or a second bottom as large as the top",
  );
}
