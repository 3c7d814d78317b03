/**
 * BilinearInterpolate: PyTorch's `interpolate` with `mode="bilinear"`. It aligns the centers of the
 * corner pixels or, with `align_corners: false`, the borders of the images.
 *
 * A missing extent is that of the bottom.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 * @module
 */
import { bool, float, int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const bilinearInterpolate = defineLayer({
  type: "BilinearInterpolate",
  ops: ["interp"],
  param: {
    name: "bilinear_interpolate_param",
    number: 505,
    message: message("BilinearInterpolateParameter", {
      dst_h: int32(1),
      dst_w: int32(2),
      scale_factor: float(3),
      align_corners: bool(4, true),
    }),
  },

  lower({ graph, name, param, bottoms }) {
    const { dst_h, dst_w, scale_factor: scale, align_corners: alignCorners } = param;
    const isSized = dst_h !== undefined || dst_w !== undefined;
    if (isSized === (scale !== undefined)) {
      const has = isSized ? "both" : "neither";
      throw new TypeError(
        `it has ${has} of an extent (dst_h, dst_w) and a scale_factor, but needs exactly one`,
      );
    }
    const size = isSized ? { size: [dst_h ?? 0, dst_w ?? 0] as const } : { scale: scale! };
    return [apply(graph, "interp", name, bottoms, { ...size, alignCorners })];
  },
});
