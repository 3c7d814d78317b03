/**
 * The settings shared by Convolution and Deconvolution, and how their bottoms become images.
 *
 * @module
 */
import {
  bool,
  int32,
  message,
  type MessageOf,
  nested,
  onlyWith,
  repeated,
  uint32,
} from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { axisOf, expectGroups, type Shape, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { apply, type LayerShape } from "../layer.ts";
import { expectPositive } from "../positive.ts";
import { engine } from "./engine.ts";
import { sidePads } from "./side_pads.ts";

/** Forks' settings for uneven or automatic padding; refused if they have an effect. */
export const evenPads = {
  pad_type: "0",
  pad_l: 0,
  pad_r: 0,
  pad_t: 0,
  pad_b: 0,
  pad_left: 0,
  pad_right: 0,
  pad_top: 0,
  pad_bottom: 0,
};

/** Settings of Synopsys's fork for quantization. */
export const unquantized = {
  input_scale: 1,
  input_zero_point: 0,
  output_scale: 1,
  output_zero_point: 0,
  saturate: "None",
};

/** Settings that end in `_h` and `_w` have no default: Caffe tests whether they are set. */
export const convolutionFields = {
  num_output: uint32(1, 0),
  bias_term: bool(2, true),
  pad: repeated(uint32(3)),
  kernel_size: repeated(uint32(4)),
  group: uint32(5, 1),
  stride: repeated(uint32(6)),
  weight_filler: nested(7, FillerParameter),
  bias_filler: nested(8, FillerParameter),
  pad_h: uint32(9),
  pad_w: uint32(10),
  kernel_h: uint32(11),
  kernel_w: uint32(12),
  stride_h: uint32(13),
  stride_w: uint32(14),
  engine: engine(15),
  axis: int32(16, 1),
  force_nd_im2col: bool(17, false),
  dilation: repeated(uint32(18)),
  /** DeepLab's name of the dilation. */
  hole: uint32(0),
  hole_h: uint32(0),
  hole_w: uint32(0),
  /** Its first name in the OpenCL branch. */
  kstride: repeated(uint32(0)),
  ...onlyWith({
    shape_offset: 0,
    same_mode: false,
    ...evenPads,
    ...unquantized,
    weight_scale: 1,
    weight_zero_point: 0,
    per_channel_scale_weight: false,
  }),
};

const ConvolutionParameter = message("ConvolutionParameter", convolutionFields);

/** The settings of windows with even padding. */
type ConvolutionParameter = Omit<
  MessageOf<typeof ConvolutionParameter>,
  keyof typeof sidePads | "pad_type"
>;

export const convolutionParam = {
  name: "convolution_param",
  number: 106,
  message: ConvolutionParameter,
};

/** The same with padding per side, for layers that support it. */
export const sidedParam = {
  ...convolutionParam,
  message: message("ConvolutionParameter", { ...convolutionFields, ...sidePads }),
};

/** The settings of a convolution, one number for each axis after the channels. */
export interface Windows {
  /** The channel axis of the bottom. */
  readonly axis: number;
  readonly channels: number;
  readonly kernel: Shape;
  readonly stride: Shape;
  readonly pad: Shape;
  readonly dilation: Shape;
}

/**
 * Resolves the settings of a layer with weights.
 *
 * @throws {TypeError} if they contradict each other, or the bottoms.
 */
export function windowsOf(layer: LayerShape<ConvolutionParameter>): Windows {
  const { param: { num_output, group }, shapes } = layer;
  const { axis, channels } = channelsOf(layer);
  const [shape] = shapes;
  for (const other of shapes) {
    if (other.length !== shape!.length || other[axis] !== channels) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but they share one set of weights`,
      );
    }
  }
  expectPositive({ num_output });
  expectGroups(channels, num_output, group);
  return windowSettings(layer);
}

/** The channel axis of the first bottom, the number of channels, and the axes after it. */
function channelsOf({ param, shapes: [shape] }: LayerShape<ConvolutionParameter>) {
  const axis = axisOf(param.axis, shape!.length);
  return { axis, channels: shape![axis]!, axes: shape!.length - axis - 1 };
}

/**
 * Resolves the settings of windows, with or without weights.
 *
 * @throws {TypeError} if they contradict each other.
 */
export function windowSettings(layer: LayerShape<ConvolutionParameter>): Windows {
  const { param } = layer;
  const { axis, channels, axes } = channelsOf(layer);
  const kernel = alongAxes(axes, param, "kernel_size", "kernel");
  const stride = alongAxes(axes, param, "stride", "stride", 1);
  refuseZero("kernel", kernel);
  refuseZero("stride", stride);
  return {
    axis,
    channels,
    kernel,
    stride,
    pad: alongAxes(axes, param, "pad", "pad", 0),
    dilation: dilationOf(axes, param),
  };
}

/** A setting with one value for all axes, one for each, or two by name. */
function alongAxes(
  axes: number,
  param: ConvolutionParameter,
  list: "kernel_size" | "stride" | "pad" | "dilation" | "kstride",
  named?: "kernel" | "stride" | "pad",
  fallback?: number,
): Shape {
  const given = param[list];
  const height = named && param[`${named}_h`];
  const width = named && param[`${named}_w`];
  if (height !== undefined || width !== undefined) {
    if (given.length > 0) {
      throw new TypeError(
        `it has both ${list} and ${named}_h or ${named}_w, but needs one of them`,
      );
    }
    if (axes !== 2) {
      throw new TypeError(`it has ${named}_h or ${named}_w, but ${axes} axes after the channels`);
    }
    return [height ?? 0, width ?? 0];
  }
  if (given.length === axes) return given;
  const one = given.length === 0 ? fallback : given[0];
  if (one === undefined || given.length > 1) {
    const state = given.length === 0 ? `no ${list}` : `${list} ${given.length} times`;
    throw new TypeError(
      `it has ${state}, but it must be there once, or once for each of the ` +
        `${axes} axes after the channels`,
    );
  }
  return new Array<number>(axes).fill(one);
}

/** The error for a layer with two names of its dilation. */
export const bothDilations =
  "it has both dilation and kstride, its earlier name, but needs one of them";

/** The dilation, under any of its names. */
function dilationOf(axes: number, param: ConvolutionParameter): Shape {
  const { hole, hole_h = hole, hole_w = hole, dilation, kstride } = param;
  if (dilation.length > 0 && kstride.length > 0) {
    throw new TypeError(bothDilations);
  }
  if (hole_h === undefined && hole_w === undefined) {
    return alongAxes(axes, param, kstride.length > 0 ? "kstride" : "dilation", undefined, 1);
  }
  if (dilation.length > 0 || kstride.length > 0 || axes !== 2) {
    throw new TypeError("it has a hole, which is DeepLab's name for the dilation of two axes");
  }
  return [hole_h ?? 1, hole_w ?? 1];
}

function refuseZero(setting: string, values: Shape): void {
  if (values.includes(0)) {
    throw new TypeError(`its ${setting} is ${showShape(values)}, but it must be at least 1`);
  }
}

/** The settings for an op on images. */
export function imageSettings({ kernel, stride, pad, dilation }: Windows) {
  return {
    kernel: onImage(kernel, 1),
    stride: onImage(stride, 1),
    pad: onImage(pad, 0),
    dilation: onImage(dilation, 1),
  };
}

/** The numbers of the axes after the channels, extended to the two axes of an image. */
function onImage(numbers: Shape, missing: number): Pair {
  return [numbers.at(-2) ?? missing, numbers.at(-1) ?? missing];
}

/** The weights with the rank that an op on images needs. */
export function imageWeights(
  graph: GraphBuilder,
  name: string,
  weights: Value,
  { kernel }: Windows,
): Value {
  if (kernel.length >= 2) return weights;
  const shape = [...weights.shape.slice(0, 2), ...onImage(kernel, 1)];
  return graph.constant(`${name}/windows/weights`, { shape, data: graph.dataOf(weights)! });
}

/**
 * Applies an op on images or volumes to a bottom of another rank: the axes before the channels are
 * merged, and missing spatial axes are inserted with extent 1.
 *
 *     [N, T, C, H, W]  →  [N·T, C, H, W]  →  [N·T, O, H', W']  →  [N, T, O, H', W']
 *     [N, C, W]        →  [N, C, 1, W]    →  [N, O, 1, W']     →  [N, O, W']
 */
export function asImages(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  { axis, channels, kernel }: Windows,
  op: (name: string, image: Value) => Value,
): Value {
  const missing = new Array<number>(Math.max(0, 2 - kernel.length)).fill(1);
  if (axis === 1 && missing.length === 0) return op(name, bottom);
  const image = apply(graph, "reshape", `${name}/image`, [bottom], {
    // 0 keeps an axis: a bottom with other channels is refused, not taken for a larger batch.
    shape: [...(axis === 1 ? [0, 0] : [-1, channels]), ...missing],
    numAxes: axis + 1,
  });
  const result = op(`${name}/windows`, image);
  const numAxes = 2 + missing.length;
  if (axis === 1) return apply(graph, "reshape", name, [result], { shape: [0, 0], numAxes });
  // Any of several axes may be the batch, so the bottom is their reference.
  return apply(graph, "reshape", name, axis > 1 ? [result, bottom] : [result], {
    shape: [...new Array<number>(axis).fill(0), result.shape[1]!],
    numAxes,
  });
}
