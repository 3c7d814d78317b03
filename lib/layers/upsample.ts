/**
 * Upsample: enlarges an image. Two forks have layers of this name, which the bottoms tell apart.
 *
 * SegNet's has a second bottom, the mask that a Pooling has as its second top, and puts each value
 * where its maximum was found. YOLO's has one bottom, and repeats each pixel.
 *
 * @see https://github.com/alexgkendall/caffe-segnet/blob/segnet-cleaned/src/caffe/layers/upsample_layer.cpp
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/upsample_layer.cpp
 * @module
 */
import { bool, message, type MessageOf, uint32 } from "../../proto/message.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { apply, defineLayer } from "./layer.ts";

/** The extents have no default here: SegNet asks whether they are there. */
const UpsampleParameter = message("UpsampleParameter", {
  scale: uint32(1),
  scale_h: uint32(2),
  scale_w: uint32(3),
  pad_out_h: bool(4, false),
  pad_out_w: bool(5, false),
  upsample_h: uint32(6),
  upsample_w: uint32(7),
});

type UpsampleParameter = MessageOf<typeof UpsampleParameter>;

export const upsample = defineLayer({
  type: "Upsample",
  ops: ["unpool", "upsample"],
  // SegNet's number. YOLO's is another, so that only text files have its scale.
  param: { name: "upsample_param", number: 137, message: UpsampleParameter },
  bottoms: [1, 2],

  lower({ graph, name, param, bottoms }) {
    if (bottoms.length === 2) {
      const less: Pair = [Number(param.pad_out_h), Number(param.pad_out_w)];
      return [
        apply(graph, "unpool", name, bottoms, { size: sizeOf(param), scale: scaleOf(param), less }),
      ];
    }
    const { scale, ...others } = param;
    const isSegNets = Object.values(others).some((value) => value !== undefined && value !== false);
    if (isSegNets || !scale) {
      throw new TypeError(
        "it has one bottom, so it needs a scale and nothing else, as YOLO's layer of this name; " +
          "SegNet's has the mask of a Pooling as its second bottom",
      );
    }
    return [apply(graph, "upsample", name, bottoms, { scale: [scale, scale] })];
  },
});

/** Height and width of the top, where they are given; zeros, where the scale tells. */
function sizeOf({ upsample_h, upsample_w }: UpsampleParameter): Pair {
  if (upsample_h === undefined && upsample_w === undefined) return [0, 0];
  if (!upsample_h || !upsample_w) {
    throw new TypeError("it needs both upsample_h and upsample_w, above 0, or none of them");
  }
  return [upsample_h, upsample_w];
}

/** How much larger the top is: twice, if nothing is said. */
function scaleOf({ scale, scale_h, scale_w }: UpsampleParameter): Pair {
  if (scale_h === undefined && scale_w === undefined) return [scale ?? 2, scale ?? 2];
  if (!scale_h || !scale_w) throw new TypeError("it needs both scale_h and scale_w, above 0");
  return [scale_h, scale_w];
}
