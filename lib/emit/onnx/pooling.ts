/**
 * Pooling and normalization in ONNX's operators.
 *
 * @module
 */
import { lowest } from "../../../runtime/ops/pool2d.ts";
import { axisOf, type Shape } from "../../../runtime/tensor.ts";
import * as composed from "../composed.ts";
import {
  around,
  correction,
  coversPlane,
  poolingWindows,
  type Windows,
} from "../pooling_windows.ts";
import { arrayOps } from "./array_ops.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import type { OnnxAttributes, OnnxValue } from "./node.ts";

export const pool2d: Entry<"pool2d"> = ({ onnx, attributes, inputs: [x], shape }) =>
  methods[attributes.method](onnx, x!, poolingWindows(attributes, x!.shape, shape), shape);

const methods = {
  max(onnx: OnnxBuilder, x: OnnxValue, windows: Windows, shape: Shape): OnnxValue {
    return coversPlane(windows)
      ? onnx.node("GlobalMaxPool", [x], shape)
      : pool(onnx, "MaxPool", x, windows, shape);
  },

  average(onnx: OnnxBuilder, x: OnnxValue, windows: Windows, shape: Shape): OnnxValue {
    if (coversPlane(windows)) return onnx.node("GlobalAveragePool", [x], shape);
    const means = pool(onnx, "AveragePool", x, windows, shape);
    const factors = correction(windows);
    if (factors.every((factor) => factor === 1)) return means;
    return onnx.multiply(means, onnx.floats([...windows.windows], factors));
  },

  /** ONNX's indices are of the whole tensor, Caffe's of the plane; −1 if there is no maximum. */
  argmax(onnx: OnnxBuilder, x: OnnxValue, windows: Windows, shape: Shape): OnnxValue {
    if (!overlapPlane(windows)) throw new TypeError("some of its windows lie outside the image");
    const { values, indices } = onnx.maxPool(x, shape, settingsOf(windows));
    const plane = onnx.ints([windows.plane[0] * windows.plane[1]]);
    const positions = onnx.cast(onnx.node("Mod", [indices, plane], shape, {}, "int64"), "float");
    const isAbove = onnx.compare("Greater", values, onnx.number(lowest));
    return onnx.where(isAbove, positions, onnx.number(-1));
  },

  /** The mean of squares over the mean: both divide by the same number of elements. */
  weighted(onnx: OnnxBuilder, x: OnnxValue, windows: Windows, shape: Shape): OnnxValue {
    const sums = pool(onnx, "AveragePool", x, windows, shape);
    const squares = pool(onnx, "AveragePool", onnx.square(x), windows, shape);
    const isPositive = onnx.compare("Greater", sums, onnx.number(0));
    const divisor = onnx.where(isPositive, sums, onnx.number(1));
    return onnx.where(isPositive, onnx.divide(squares, divisor), onnx.number(0));
  },
};

/**
 * Pools with padding up to the end of Caffe's last window, so that rounding down gives the same number
 * of windows. Padding counts in means.
 */
function pool(
  onnx: OnnxBuilder,
  op: "AveragePool" | "MaxPool",
  x: OnnxValue,
  windows: Windows,
  shape: Shape,
): OnnxValue {
  const counted: OnnxAttributes = op === "AveragePool" ? { count_include_pad: { i: 1 } } : {};
  if (overlapPlane(windows)) {
    return onnx.node(op, [x], shape, { ...settingsOf(windows), ...counted });
  }
  const { kernel, stride } = windows;
  const outside = op === "AveragePool" ? 0 : lowest;
  const wide = onnx.padImages(x, around(windows, 0), around(windows, 1), outside);
  return onnx.node(op, [wide], shape, {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    ...counted,
  });
}

/** Whether each window overlaps the plane: runtimes refuse padding as large as a window. */
function overlapPlane(windows: Windows): boolean {
  return ([0, 1] as const).every((axis) => {
    return around(windows, axis).every((reach) => reach < windows.kernel[axis]);
  });
}

function settingsOf(windows: Windows) {
  const [down, along] = [around(windows, 0), around(windows, 1)];
  return {
    kernel_shape: { ints: windows.kernel },
    strides: { ints: windows.stride },
    pads: { ints: [down[0], along[0], down[1], along[1]] },
  };
}

export const lrn: Entry<"lrn"> = ({ onnx, attributes, inputs: [x] }) => {
  const { region, size, alpha, beta, k } = attributes;
  if (region === "across") {
    // ONNX Runtime takes only an LRN whose alpha and beta are above 0.
    if (alpha === 0 || beta === 0) return onnx.scale(x!, k ** -beta);
    if (alpha < 0 || beta < 0) throw new TypeError("its alpha or its beta is below 0");
    return onnx.node("LRN", [x!], x!.shape, {
      size: { i: size },
      alpha: { f: alpha },
      beta: { f: beta },
      bias: { f: k },
    });
  }
  const reach = (size - 1) / 2;
  const energy = onnx.node("AveragePool", [onnx.square(x!)], x!.shape, {
    kernel_shape: { ints: [size, size] },
    pads: { ints: [reach, reach, reach, reach] },
    count_include_pad: { i: 1 },
  });
  const base = onnx.add(onnx.scale(energy, alpha), onnx.number(1));
  return onnx.multiply(x!, onnx.binary("Pow", base, onnx.number(-beta)));
};

export const norm: Entry<"norm"> = ({ onnx, attributes, inputs: [x] }) =>
  onnx.reduce("ReduceL2", x!, [axisOf(attributes.axis, x!.shape.length)], true);

export const normalize: Entry<"normalize"> = ({ onnx, attributes, inputs: [x] }) => {
  const { acrossSpatial, eps } = attributes;
  const axes = acrossSpatial ? x!.shape.map((_, axis) => axis).slice(1) : [1];
  const sum = onnx.add(onnx.reduce("ReduceSumSquare", x!, axes, true), onnx.number(eps));
  return onnx.divide(x!, onnx.unary("Sqrt", sum));
};

export const standardize: Entry<"standardize"> = ({ onnx, attributes, inputs: [x] }) =>
  composed.standardize(arrayOps(onnx), x!, x!.shape.length > 1 ? 1 : undefined, attributes);

export const reduce: Entry<"reduce"> = ({ onnx, attributes, inputs: [x], shape }) => {
  const { operation, coefficient } = attributes;
  const axes = x!.shape.map((_, axis) => axis).slice(shape.length);
  const reductions = {
    sum: "ReduceSum",
    mean: "ReduceMean",
    magnitudes: "ReduceL1",
    squares: "ReduceSumSquare",
  } as const;
  if (axes.length > 0) return onnx.scale(onnx.reduce(reductions[operation], x!, axes), coefficient);
  // ONNX reduces all axes if none is given.
  const terms = { sum: x!, mean: x!, magnitudes: onnx.unary("Abs", x!), squares: onnx.square(x!) };
  return onnx.scale(terms[operation], coefficient);
};
