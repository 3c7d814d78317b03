/**
 * DeconvNet's Unpooling (SegNet's Upsample): moves each value to the position of its maximum, given
 * by the second top of a Pooling, or without a second bottom to the first corner of its window. TILE
 * repeats the value in the whole window, AVE distributes it evenly; overlapping windows are summed.
 *
 * The size is given in the file, or computed from the windows.
 *
 * @see https://github.com/HyeonwooNoh/caffe/blob/master/src/caffe/layers/unpooling_layer.cpp
 * @module
 */
import { enumeration, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { count, expectImage, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { spread } from "./spread.ts";

const UnpoolingParameter = message("UnpoolingParameter", {
  unpool: enumeration(1, { MAX: 0, AVE: 1, TILE: 2 }, "MAX"),
  kernel_size: uint32(2),
  stride: uint32(3, 1),
  pad: uint32(4, 0),
  kernel_h: uint32(5),
  kernel_w: uint32(6),
  stride_h: uint32(7),
  stride_w: uint32(8),
  pad_h: uint32(9),
  pad_w: uint32(10),
  unpool_size: uint32(0),
  unpool_h: uint32(0),
  unpool_w: uint32(0),
});

type UnpoolingParameter = MessageOf<typeof UnpoolingParameter>;

export const unpooling = defineLayer({
  type: "Unpooling",
  ops: ["deconv2d", "reshape", "unpool"],
  param: { name: "unpooling_param", message: UnpoolingParameter },
  bottoms: [1, 2],

  lower({ graph, name, param, bottoms: [bottom, mask] }) {
    if (param.unpool === "MAX" && mask !== undefined) {
      return [apply(graph, "unpool", name, [bottom!, mask], sizesOf(param))];
    }
    expectImage(bottom!.shape);
    const { size, kernel, stride, pad } = windowsOf(param);
    const [, , ...extents] = bottom!.shape;
    const filled = extents.map((extent, axis) => (extent - 1) * stride[axis]! + kernel[axis]!);
    if (pad.some((extent) => extent > 0) || size !== undefined && `${size}` !== `${filled}`) {
      throw new TypeError(
        `its pad is ${showShape(pad)} and its top ${showShape(size ?? filled)}, but with unpool ` +
          `${param.unpool} the pad must be 0, and the windows fill ${showShape(filled)}: make ` +
          "that the unpool_h and unpool_w",
      );
    }
    const value = param.unpool === "AVE" ? 1 / count(kernel) : 1;
    const isFirst = (i: number) => param.unpool !== "MAX" || i === 0;
    const same = size === undefined ? bottom! : fixed(graph, name, bottom!, 2);
    return [spread(graph, name, same, { kernel, stride }, (i) => isFirst(i) ? value : 0)];
  },
});

/** Other names of the type. */
export const unpoolingSpellings: readonly Layer[] = ["MaxUnpool", "MaxUnpooling"]
  .map((type) => ({ ...unpooling, type }));

/** The size of the top: given in the file, or computed from the windows. */
function sizesOf(param: UnpoolingParameter) {
  const { size, kernel, stride, pad } = windowsOf(param, true);
  if (size !== undefined) return { size };
  // (extent − 1) · stride + kernel − 2 · pad
  const less = [0, 1].map((axis) => stride[axis]! - kernel[axis]! + 2 * pad[axis]!);
  return { scale: stride, less: less as unknown as Pair };
}

/** The windows with all defaults; the kernel is optional if `sizeIsEnough` and a size is given. */
function windowsOf(param: UnpoolingParameter, sizeIsEnough = false) {
  const { unpool_size, unpool_h = unpool_size, unpool_w = unpool_size } = param;
  const { kernel_size, kernel_h = kernel_size, kernel_w = kernel_size } = param;
  const size: Pair | undefined = unpool_h && unpool_w ? [unpool_h, unpool_w] : undefined;
  if ((!kernel_h || !kernel_w) && !(sizeIsEnough && size)) {
    throw new TypeError(
      sizeIsEnough
        ? "it has neither unpool_size nor kernel_size, but needs one of them"
        : `it has no kernel_size, but needs one with unpool ${param.unpool}`,
    );
  }
  return {
    size,
    kernel: [kernel_h ?? 1, kernel_w ?? 1] as const,
    stride: [param.stride_h ?? param.stride, param.stride_w ?? param.stride] as const,
    pad: [param.pad_h ?? param.pad, param.pad_w ?? param.pad] as const,
  };
}
