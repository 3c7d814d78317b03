/**
 * Pooling: keeps the maximum or the mean of each window of an image.
 *
 * Caffe rounds the number of windows up, where TensorFlow rounds it down, and then drops a window
 * that would start in the padding after the image. Its mean counts the padding, TensorFlow's does
 * not. A second top holds where in its plane each maximum was found. STOCHASTIC picks an element by
 * chance in training, the larger the likelier; otherwise it is the mean of what could be picked.
 *
 * Synopsys's fork pads each side by a number of its own, and has means of what lies in the image.
 *
 * The OpenCL branch of Caffe takes a number for each axis, and pools volumes as well.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/pooling_layer.cpp
 * @see https://github.com/BVLC/caffe/blob/opencl/src/caffe/layers/pooling_layer.cpp
 * @module
 */
import {
  bool,
  enumeration,
  message,
  type MessageOf,
  onlyWith,
  repeated,
  uint32,
} from "../../proto/message.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { type Shape, showShape } from "../../runtime/tensor.ts";
import { evenPads, unquantized } from "./convolution_parameter.ts";
import { engine } from "./engine.ts";
import { apply, defineLayer, type LayerInstance } from "./layer.ts";
import { poolSided } from "./pooling_sides.ts";
import { isEven, sidePads, sidesOf } from "./side_pads.ts";
import { poolVolume } from "./video/pooling_3d.ts";
import type { Triple } from "./video/volume_parameter.ts";

/** The extents have no default: Caffe tests whether they are set. */
const PoolingParameter = message("PoolingParameter", {
  /** The last two, whose numbers collide, are Synopsys's: means of what lies in the image. */
  pool: enumeration(1, { MAX: 0, AVE: 1, STOCHASTIC: 2, AVE_EXC_PAD: -1, AVE_TF: -2 }, "MAX"),
  kernel_size: repeated(uint32(2)),
  stride: repeated(uint32(3)),
  pad: repeated(uint32(4)),
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
  /** Other forks' spellings. Their field numbers collide, so they are read from text only. */
  ceil_mode: bool(0, true),
  cmp_out_shape_floor_as_conv: bool(0, false),
  ...onlyWith({
    dilation: 1,
    kstride: 1,
    hole: 1,
    hole_h: 1,
    hole_w: 1,
    torch_pooling: false,
    count_include_pad: true,
    output_shift_instead_division: 0,
    ...evenPads,
    ...unquantized,
  }),
  ...sidePads,
});

type PoolingParameter = MessageOf<typeof PoolingParameter>;

export const pooling = defineLayer({
  type: "Pooling",
  ops: ["affine", "concat", "conv2d", "pool2d", "power", "reshape", "slice", "tile"],
  param: { name: "pooling_param", number: 121, message: PoolingParameter },
  tops: [1, 2],

  lower(instance) {
    const { graph, name, layer, param, bottoms } = instance;
    if (bottoms[0]!.shape.length === 5) return [overVolume(instance)];
    const method = methods[param.pool];
    const { kernel, stride, pad } = windowsOf(param, 2);
    const sides = sidesOf(param) ?? [[pad[0]!, pad[0]!], [pad[1]!, pad[1]!]];
    const windows = {
      kernel: pair(kernel),
      stride: pair(stride),
      pad: [sides[0][0], sides[1][0]],
      round: roundsDown(param) ? "floor" : "ceil",
      global: param.global_pooling,
    } as const;
    const isInside = poolsInside(param);
    const isPadded = windows.pad.some((extent) => extent > 0);
    if (!isEven(sides) || isInside && isPadded) {
      if (layer.tops.length > 1 || method === "weighted") {
        throw new TypeError(
          "it has padding for each side, for which one top is known, of maxima or means",
        );
      }
      const { kernel, stride, round } = windows;
      return [
        poolSided(graph, name, bottoms[0]!, { method, isInside, kernel, stride, sides, round }),
      ];
    }
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
export const methods = {
  MAX: "max",
  AVE: "average",
  STOCHASTIC: "weighted",
  AVE_EXC_PAD: "average",
  AVE_TF: "average",
} as const;

/** Whether a mean leaves out the padding. */
function poolsInside({ pool }: PoolingParameter): boolean {
  return pool === "AVE_EXC_PAD" || pool === "AVE_TF";
}

const pair = ([height, width]: Shape): Pair => [height!, width!];

const triple = ([depth, height, width]: Shape): Triple => [depth!, height!, width!];

/** How pooling is told to round, in anybody's words; by default it rounds up. */
export type Rounding = Pick<
  PoolingParameter,
  "round_mode" | "ceil_mode" | "cmp_out_shape_floor_as_conv"
>;

/** Whether it rounds down by one of them. */
export function roundsDown(
  { round_mode, ceil_mode, cmp_out_shape_floor_as_conv }: Partial<Rounding>,
): boolean {
  return round_mode === "FLOOR" || ceil_mode === false || cmp_out_shape_floor_as_conv === true;
}

/** The layer where its bottom is a volume `[N, C, D, H, W]`. */
function overVolume(instance: LayerInstance<PoolingParameter>) {
  const { graph, name, layer, param, bottoms: [bottom] } = instance;
  if (layer.tops.length > 1) {
    throw new TypeError("it has 2 tops, but positions of maxima are known in images only");
  }
  const { kernel, stride, pad } = windowsOf(param, 3);
  const { pool } = param;
  if (pool === "AVE_EXC_PAD" || pool === "AVE_TF" || sidesOf(param) !== undefined) {
    throw new TypeError(
      "it has pad_l, pad_r, pad_t or pad_b, or a mean without padding, which are known in images only",
    );
  }
  return poolVolume(graph, name, bottom!, {
    pool,
    round: roundsDown(param) ? "floor" : "ceil",
    kernel: triple(param.global_pooling ? bottom!.shape.slice(2) : kernel),
    stride: triple(stride),
    pad: triple(pad),
  });
}

/** The windows, settled: a number for each of some axes. */
function windowsOf(param: PoolingParameter, axes: number) {
  const kernel = along(axes, param, "kernel_size", "kernel");
  const one = new Array<number>(axes).fill(1), none = new Array<number>(axes).fill(0);
  const stride = along(axes, param, "stride", "stride") ?? one;
  const pad = along(axes, param, "pad", "pad") ?? none;
  if (param.global_pooling) {
    if (kernel !== undefined) {
      throw new TypeError("it has global_pooling and a kernel, but the kernel is the whole image");
    }
    if (pad.some((extent) => extent !== 0) || stride.some((extent) => extent !== 1)) {
      throw new TypeError(
        `it has global_pooling, pad ${showShape(pad)} and stride ${showShape(stride)}, but the ` +
          "whole image allows no pad and a stride of 1 only",
      );
    }
    return { kernel: one, stride, pad };
  }
  if (kernel === undefined) throw new TypeError("it has neither kernel_size nor global_pooling");
  return { kernel, stride, pad };
}

/** A setting given once for all axes or once for each, or for height and width by their names. */
function along(
  axes: number,
  param: PoolingParameter,
  list: "kernel_size" | "stride" | "pad",
  named: "kernel" | "stride" | "pad",
): Shape | undefined {
  const given = param[list];
  const height = param[`${named}_h`];
  const width = param[`${named}_w`];
  const extents = [height, width].filter((extent) => extent !== undefined);
  // Beside kernel_size, Caffe overlooks one of a kernel's extents without the other.
  const isHalf = extents.length === 1 && named === "kernel" && given.length > 0;
  if (extents.length === 0 || isHalf) {
    if (given.length === 0) return undefined;
    if (given.length === axes) return given;
    if (given.length === 1) return new Array<number>(axes).fill(given[0]!);
    throw new TypeError(
      `it has ${list} ${given.length} times, but it must be there once, or once for each of the ` +
        `${axes} axes after the channels`,
    );
  }
  if (given.length > 0 || axes !== 2 || height === undefined || width === undefined) {
    throw new TypeError(
      `it needs either ${list} or both ${named}_h and ${named}_w, not a mixture of them`,
    );
  }
  return [height, width];
}
