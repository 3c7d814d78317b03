/**
 * Unpooling: puts each value where a Pooling found its maximum, as its second top says; DeconvNet's
 * spelling of what SegNet calls Upsample.
 *
 * The size is what the file says, or what the pooling would have come from.
 *
 * @see https://github.com/HyeonwooNoh/caffe/blob/master/src/caffe/layers/unpooling_layer.cpp
 * @module
 */
import { enumeration, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";

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
  ops: ["unpool"],
  // Forks have given it several numbers, so only text files have it.
  param: { name: "unpooling_param", number: 0, message: UnpoolingParameter },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    if (param.unpool !== "MAX") {
      throw new TypeError(`its unpool is ${param.unpool}, but only MAX has a mask to follow`);
    }
    return [apply(graph, "unpool", name, bottoms, sizesOf(param))];
  },
});

/** Other spellings. */
export const unpoolingSpellings: readonly Layer[] = ["MaxUnpool", "MaxUnpooling"]
  .map((type) => ({ ...unpooling, type }));

/** The size of the top: as the file says, or `stride` times the bottom's and what a kernel adds. */
function sizesOf(param: UnpoolingParameter) {
  const { unpool_size, unpool_h = unpool_size, unpool_w = unpool_size } = param;
  const { kernel_size, kernel_h = kernel_size, kernel_w = kernel_size } = param;
  const stride: Pair = [param.stride_h ?? param.stride, param.stride_w ?? param.stride];
  if (unpool_h && unpool_w) return { size: [unpool_h, unpool_w] as const };
  if (!kernel_h || !kernel_w) {
    throw new TypeError("it has neither unpool_size nor kernel_size, but needs one of them");
  }
  const pad: Pair = [param.pad_h ?? param.pad, param.pad_w ?? param.pad];
  // (extent − 1) · stride + kernel − 2 · pad
  const less = [0, 1].map((axis) => stride[axis]! - [kernel_h, kernel_w][axis]! + 2 * pad[axis]!);
  return { scale: stride, less: less as unknown as Pair };
}
