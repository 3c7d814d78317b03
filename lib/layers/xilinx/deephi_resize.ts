/**
 * DeephiResize: OpenCV's resizing by nearest neighbor, or bilinear with aligned borders.
 *
 * @see https://github.com/Xilinx/Vitis-AI/blob/v1.3/AI-Model-Zoo/caffe-xilinx/src/caffe/layers/deephi_resize_layer.cpp
 * @module
 */
import { enumeration, float, message, onlyWith, uint32 } from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

/** The extents have no default: the fork tests whether they are set. */
const DeephiResizeParameter = message("DeephiResizeParameter", {
  resize_type: enumeration(1, { BILINEAR: 0, NEAREST: 1 }, "NEAREST"),
  scale_h: float(2, 1),
  scale_w: float(3, 1),
  new_height: uint32(4),
  new_width: uint32(5),
  ...onlyWith({ use_dpu: false }),
});

export const deephiResize = defineLayer({
  type: "DeephiResize",
  ops: ["interp", "reshape", "upsample"],
  param: { name: "deephi_resize_param", number: 1202, message: DeephiResizeParameter },

  lower({ graph, name, param, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const { resize_type, scale_h, scale_w, new_height, new_width } = param;
    if ((new_height === undefined) !== (new_width === undefined)) {
      throw new TypeError("it has one of new_height and new_width, but needs both or none");
    }
    const isScaled = new_height === undefined;
    const [, , ...extents] = bottom!.shape as Shape4;
    const size: Pair = isScaled
      ? [
        Math.floor(Math.fround(extents[0]! * scale_h)),
        Math.floor(Math.fround(extents[1]! * scale_w)),
      ]
      : [new_height, new_width!];
    if (size.some((extent) => extent < 1)) {
      throw new TypeError(`its top would be ${showShape(size)}, but must be at least [1, 1]`);
    }
    if (resize_type === "BILINEAR") {
      const isEven = isScaled && scale_h === scale_w;
      const image = isScaled && !isEven ? fixed(graph, name, bottom!, 2) : bottom!;
      const settings = isEven ? { scale: scale_h } : { size };
      return [apply(graph, "interp", name, [image], { ...settings, alignCorners: false })];
    }
    const scale: Pair = [size[0] / extents[0]!, size[1] / extents[1]!];
    if (!scale.every(Number.isInteger)) {
      throw new TypeError(
        `its bottom is ${showShape(bottom!.shape)} and its top ${showShape(size)}, but only ` +
          "whole multiples are known where pixels are repeated",
      );
    }
    // Another factor makes whole multiples of some extents only.
    const isOpen = isScaled && [scale_h, scale_w].every(Number.isInteger);
    const image = isOpen ? bottom! : fixed(graph, name, bottom!, 2);
    return [apply(graph, "upsample", name, [image], { scale })];
  },
});
