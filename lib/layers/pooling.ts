/**
 * Pooling: keeps the maximum or the mean of each window of an image.
 *
 * Caffe rounds the number of windows up, where TensorFlow rounds it down, and then drops a window
 * that would start in the padding after the image. Its mean counts the padding, TensorFlow's does
 * not. A second top holds where in its plane each maximum was found. STOCHASTIC picks an element by
 * chance in training, the larger the likelier; otherwise it is the mean of what could be picked.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/pooling_layer.cpp
 * @module
 */
import { bool, enumeration, message, type MessageOf, uint32 } from "../../proto/message.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { showShape } from "../../runtime/tensor.ts";
import { engine } from "./engine.ts";
import { apply, defineLayer } from "./layer.ts";

/** The extents have no default here: Caffe asks whether they are there. */
const PoolingParameter = message("PoolingParameter", {
  pool: enumeration(1, { MAX: 0, AVE: 1, STOCHASTIC: 2 }, "MAX"),
  kernel_size: uint32(2),
  stride: uint32(3),
  pad: uint32(4),
  kernel_h: uint32(5),
  kernel_w: uint32(6),
  stride_h: uint32(7),
  stride_w: uint32(8),
  pad_h: uint32(9),
  pad_w: uint32(10),
  engine: engine(11),
  global_pooling: bool(12, false),
  /** NVIDIA's and BVLC's own later word. */
  round_mode: enumeration(13, { CEIL: 0, FLOOR: 1 }, "CEIL"),
  /** What other forks write for it. Its numbers collide, so only text files have it. */
  ceil_mode: bool(0, true),
});

type PoolingParameter = MessageOf<typeof PoolingParameter>;

export const pooling = defineLayer({
  type: "Pooling",
  ops: ["pool2d"],
  param: { name: "pooling_param", number: 121, message: PoolingParameter },
  tops: [1, 2],

  lower({ graph, name, layer, param, bottoms }) {
    const method = methods[param.pool];
    const windows = {
      ...windowsOf(param),
      round: param.round_mode === "FLOOR" || !param.ceil_mode ? "floor" : "ceil",
      global: param.global_pooling,
    } as const;
    const pooled = apply(graph, "pool2d", name, bottoms, { method, ...windows });
    if (layer.tops.length === 1) return [pooled];
    if (method !== "max") {
      throw new TypeError("it has 2 tops, but only maxima have positions for the second one");
    }
    const mask = apply(graph, "pool2d", `${name}/mask`, bottoms, { method: "argmax", ...windows });
    return [pooled, mask];
  },
});

/** What the methods are called as settings of an op. */
export const methods = { MAX: "max", AVE: "average", STOCHASTIC: "weighted" } as const;

/** The windows, settled. */
function windowsOf(param: PoolingParameter): { kernel: Pair; stride: Pair; pad: Pair } {
  const kernel = pair(param, "kernel_size", "kernel");
  const stride = pair(param, "stride", "stride") ?? [1, 1];
  const pad = pair(param, "pad", "pad") ?? [0, 0];
  if (param.global_pooling) {
    if (kernel !== undefined) {
      throw new TypeError("it has global_pooling and a kernel, but the kernel is the whole image");
    }
    if ([...pad, stride[0] - 1, stride[1] - 1].some((extent) => extent !== 0)) {
      throw new TypeError(
        `it has global_pooling, pad ${showShape(pad)} and stride ${showShape(stride)}, but the ` +
          "whole image allows no pad and a stride of 1 only",
      );
    }
    return { kernel: [1, 1], stride, pad };
  }
  if (kernel === undefined) throw new TypeError("it has neither kernel_size nor global_pooling");
  return { kernel, stride, pad };
}

/** A setting given either for both axes at once, or for each axis by its own name. */
function pair(
  param: PoolingParameter,
  both: "kernel_size" | "stride" | "pad",
  named: "kernel" | "stride" | "pad",
): Pair | undefined {
  const square = param[both];
  const height = param[`${named}_h`];
  const width = param[`${named}_w`];
  const extents = [height, width].filter((extent) => extent !== undefined);
  // Beside kernel_size, Caffe overlooks one of a kernel's extents without the other.
  const isHalf = extents.length === 1 && named === "kernel" && square !== undefined;
  if (extents.length === 0 || isHalf) {
    return square === undefined ? undefined : [square, square];
  }
  if (square !== undefined || height === undefined || width === undefined) {
    throw new TypeError(
      `it needs either ${both} or both ${named}_h and ${named}_w, not a mixture of them`,
    );
  }
  return [height, width];
}
