/**
 * Pooling: keeps the maximum or the mean of each window of an image.
 *
 * Caffe rounds the number of windows up, where TensorFlow rounds it down, and then drops a window
 * that would start in the padding after the image. Its mean counts the padding, TensorFlow's does
 * not. A second top holds the index in its plane of each maximum. In training, STOCHASTIC picks a
 * random element with a probability proportional to it; otherwise it is the expected value.
 *
 * Synopsys's fork has a padding for each side, and means that exclude the padding, as Intel's has with
 * `avg_include_pad: false`.
 *
 * The OpenCL branch of Caffe has settings for each axis, and pools volumes as well. Its PoolingSK and
 * its dilation, once kstride, have gaps between the elements of a window ("strided kernels").
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/pooling_layer.cpp
 * @see https://github.com/BVLC/caffe/blob/opencl/src/caffe/layers/pooling_layer.cpp
 * @see https://github.com/intel/caffe/blob/master/src/caffe/layers/mkldnn_pooling_layer.cpp
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
} from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { poolVolume } from "../video/pooling_3d.ts";
import type { Triple } from "../video/volume_parameter.ts";
import { bothDilations, evenPads, unquantized } from "./convolution_parameter.ts";
import { engine } from "./engine.ts";
import { poolDilated } from "./pooling_dilated.ts";
import { poolSided } from "./pooling_sides.ts";
import { isEven, sidePads, sidesOf } from "./side_pads.ts";

/** The extents have no default: Caffe tests whether they are set. */
const PoolingParameter = message("PoolingParameter", {
  /** The last two, whose numbers collide, are Synopsys's: means that exclude the padding. */
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
  /** NVIDIA's name, later also BVLC's. */
  round_mode: enumeration(13, { CEIL: 0, FLOOR: 1 }, "CEIL"),
  /** Names of other forks. */
  ceil_mode: bool(0, true),
  cmp_out_shape_floor_as_conv: bool(0, false),
  dilation: repeated(uint32(0)),
  kstride: repeated(uint32(0)),
  /** Intel's: whether means include the padding. */
  avg_include_pad: bool(0, true),
  ...onlyWith({
    axis: 1,
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
  ops: ["affine", "concat", "conv2d", "eltwise", "pool2d", "power", "reshape", "slice", "tile"],
  param: { name: "pooling_param", number: 121, message: PoolingParameter },
  tops: [1, 2],

  lower(instance) {
    const { graph, name, layer, param, bottoms } = instance;
    if (param.dilation.some(isDilated) || param.kstride.some(isDilated)) return [dilated(instance)];
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
          "it has padding for each side, which is supported only with one top, of maxima or means",
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

/** The names of the methods in the runtime. */
export const methods = {
  MAX: "max",
  AVE: "average",
  STOCHASTIC: "weighted",
  AVE_EXC_PAD: "average",
  AVE_TF: "average",
} as const;

/** Whether means exclude the padding. */
function poolsInside({ pool, avg_include_pad }: PoolingParameter): boolean {
  return pool === "AVE_EXC_PAD" || pool === "AVE_TF" || pool === "AVE" && !avg_include_pad;
}

const pair = ([height, width]: Shape): Pair => [height!, width!];

const triple = ([depth, height, width]: Shape): Triple => [depth!, height!, width!];

/** The rounding settings of all forks; by default pooling rounds up. */
export type Rounding = Pick<
  PoolingParameter,
  "round_mode" | "ceil_mode" | "cmp_out_shape_floor_as_conv"
>;

/** Whether pooling rounds down. */
export function roundsDown(
  { round_mode, ceil_mode, cmp_out_shape_floor_as_conv }: Partial<Rounding>,
): boolean {
  return round_mode === "FLOOR" || ceil_mode === false || cmp_out_shape_floor_as_conv === true;
}

const isDilated = (extent: number) => extent !== 1;

/** Lowers the layer with a dilation. */
function dilated(instance: LayerInstance<PoolingParameter>) {
  const { graph, name, layer, param, bottoms: [bottom], shapes: [shape] } = instance;
  const axes = shape!.length - 2;
  if (axes < 1) {
    throw new TypeError(`its bottom is ${showShape(shape!)}, but it needs axes after the channels`);
  }
  if (param.dilation.length > 0 && param.kstride.length > 0) {
    throw new TypeError(bothDilations);
  }
  const { kernel, stride, pad } = windowsOf(param, axes);
  const isPlain = param.pool === "MAX" && layer.tops.length === 1 && !param.global_pooling &&
    stride.every((extent) => extent === 1) && pad.every((extent) => extent === 0) &&
    sidesOf(param) === undefined;
  if (!isPlain) {
    throw new TypeError(
      "it has a dilation, which is supported only for maxima, with stride 1, without padding, and " +
        "with one top",
    );
  }
  const dilation = along(axes, param, param.kstride.length > 0 ? "kstride" : "dilation")!;
  return poolDilated(graph, name, bottom!, kernel, dilation);
}

/** Lowers the layer for a volume `[N, C, D, H, W]`. */
function overVolume(instance: LayerInstance<PoolingParameter>) {
  const { graph, name, layer, param, bottoms: [bottom] } = instance;
  if (layer.tops.length > 1) {
    throw new TypeError("it has 2 tops, but positions of maxima are supported in images only");
  }
  const { kernel, stride, pad } = windowsOf(param, 3);
  const { pool } = param;
  // Two of the methods have no name in volumes.
  const isOther = pool === "AVE_EXC_PAD" || pool === "AVE_TF";
  if (isOther || poolsInside(param) || sidesOf(param) !== undefined) {
    throw new TypeError(
      "it has pad_l, pad_r, pad_t or pad_b, or a mean without padding, but these are supported in images only",
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

/** The resolved windows: one number per axis. */
function windowsOf(param: PoolingParameter, axes: number) {
  const kernel = along(axes, param, "kernel_size", "kernel");
  const one = new Array<number>(axes).fill(1), none = new Array<number>(axes).fill(0);
  const stride = along(axes, param, "stride", "stride") ?? one;
  const pad = along(axes, param, "pad", "pad") ?? none;
  if (param.global_pooling) {
    if (kernel !== undefined) {
      throw new TypeError("it has both global_pooling and a kernel, but needs one of them");
    }
    if (pad.some((extent) => extent !== 0) || stride.some((extent) => extent !== 1)) {
      throw new TypeError(
        `it has global_pooling, pad ${showShape(pad)} and stride ${showShape(stride)}, but with ` +
          "global_pooling the pad must be 0 and the stride 1",
      );
    }
    return { kernel: one, stride, pad };
  }
  if (kernel === undefined) throw new TypeError("it has neither kernel_size nor global_pooling");
  return { kernel, stride, pad };
}

/** A setting with one value for all axes, one for each, or two by name. */
function along(
  axes: number,
  param: PoolingParameter,
  list: "kernel_size" | "stride" | "pad" | "dilation" | "kstride",
  named?: "kernel" | "stride" | "pad",
): Shape | undefined {
  const given = param[list];
  const height = named && param[`${named}_h`];
  const width = named && param[`${named}_w`];
  const extents = [height, width].filter((extent) => extent !== undefined);
  // With kernel_size, Caffe ignores a kernel_h without a kernel_w, and vice versa.
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
      `it mixes ${list} with ${named}_h or ${named}_w, but needs either ${list} or both others`,
    );
  }
  return [height, width];
}
