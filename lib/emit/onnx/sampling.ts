/**
 * Ops that sample images between or at displaced pixels, in ONNX's operators.
 *
 * @module
 */
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { ops } from "../../../runtime/ops/mod.ts";
import { count, type Shape4, type Tensor } from "../../../runtime/tensor.ts";
import { bilinear } from "../composed.ts";
import { correlationParts } from "../correlation_parts.ts";
import { downsamplingMatrices, tapMatrix } from "../sampling_matrices.ts";
import { arrayOps } from "./array_ops.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";
import { resize } from "./resize.ts";

export const interp: Entry<"interp"> = ({ onnx, attributes, inputs: [input], shape }) => {
  const { cut: [before, after], alignCorners } = attributes;
  const kept = (axis: number) => ({ axis, start: before, end: input!.shape[axis]! - after });
  const x = onnx.slice(input!, [kept(2), kept(3)]);
  if (x.shape[2] === shape[2] && x.shape[3] === shape[3]) return x;
  return resize(onnx, x, shape, {
    mode: { s: "linear" },
    coordinate_transformation_mode: { s: alignCorners ? "align_corners" : "half_pixel" },
  });
};

/** Separable resizing by two matrices `[output, input]`. */
function mix(onnx: OnnxBuilder, x: OnnxValue, down: Tensor, along: Tensor): OnnxValue {
  const matrix = ({ shape, data }: Tensor) => onnx.floats(shape, data);
  return onnx.matMul(matrix(down), onnx.matMul(x, onnx.transpose(matrix(along), [1, 0])));
}

export const resample: Entry<"resample"> = ({ onnx, attributes, inputs: [x], shape }) => {
  const along = (axis: 2 | 3) => ops.resample.taps!(attributes, x!.shape, shape, axis);
  if (attributes.method === "nearest") {
    const nearest = (axis: 2 | 3) => onnx.ints(along(axis).map(([tap]) => tap![0]));
    return onnx.gather(onnx.gather(x!, nearest(2), 2), nearest(3), 3);
  }
  const matrix = (axis: 2 | 3) => tapMatrix(along(axis), x!.shape[axis]!);
  return mix(onnx, x!, matrix(2), matrix(3));
};

/** NaNs have a weight of their own: they are left out of a mean unless it exceeds one half. */
export const downsample: Entry<"downsample"> = ({ onnx, inputs: [x], shape }) => {
  const [down, along] = downsamplingMatrices(x!.shape, shape);
  const isLost = onnx.node("IsNaN", [x!], x!.shape, {}, "bool");
  const sum = mix(onnx, onnx.where(isLost, onnx.number(0), x!), down, along);
  const lost = mix(onnx, onnx.cast(isLost, "float"), down, along);
  const total = mix(onnx, onnx.cast(onnx.not(isLost), "float"), down, along);
  const isNothing = onnx.compare("Greater", lost, onnx.scale(total, 0.5));
  return onnx.where(isNothing, onnx.number(NaN), onnx.divide(sum, total));
};

/** Each group of channels is sampled for all taps of all windows at once. */
export const flowWarp: Entry<"flowWarp"> = ({ onnx, attributes, inputs: [x, flow], shape }) => {
  const { kernel, stride, pad, dilation } = attributes;
  const [batch, channels, height, width] = x!.shape as Shape4;
  const [, , rows, columns] = shape as Shape4;
  const taps = count(kernel), groups = flow!.shape[1]! / (2 * taps), each = channels / groups;
  const pixels = rows * columns, places = taps * pixels;
  /** Where the taps of all windows are along an axis before they are shifted, tap by tap. */
  const starts = (axis: 0 | 1) =>
    Float32Array.from({ length: places }, (_, i) => {
      const [tap, pixel] = [Math.floor(i / pixels), i % pixels];
      const window = axis === 0 ? Math.floor(pixel / columns) : pixel % columns;
      const tapped = axis === 0 ? Math.floor(tap / kernel[1]) : tap % kernel[1];
      return window * stride[axis] - pad[axis] + tapped * dilation[axis];
    });
  const outside = attributes.outside === "nan" ? NaN : 0;
  const parts = Array.from({ length: groups }, (_, group) => {
    // The flow is along x first, then along y.
    const vectors = onnx.sliceAxis(flow!, 1, group * 2 * taps, 2 * taps);
    const shifts = onnx.reshape(vectors, [batch, taps, 2, pixels]);
    const along = (axis: 0 | 1) =>
      onnx.add(
        onnx.reshape(onnx.sliceAxis(shifts, 2, 1 - axis, 1), [batch, places]),
        onnx.floats([1, places], starts(axis)),
      );
    const planes = onnx.reshape(onnx.sliceAxis(x!, 1, group * each, each), [
      batch,
      each,
      height * width,
    ]);
    const lines = onnx.transpose(planes, [0, 2, 1]);
    const seen = bilinear(arrayOps(onnx), lines, [height, width], along(1), along(0), outside);
    const columnwise = onnx.transpose(seen, [0, 2, 1]);
    return onnx.reshape(columnwise, [batch, each * taps, rows, columns]);
  });
  return onnx.concat(parts, 1);
};

/** One comparison per displacement: shifts the second image, and averages products over windows. */
export const correlation: Entry<"correlation"> = ({ onnx, attributes, inputs, shape }) => {
  const { compare, kernel, stride } = attributes;
  const { pads, size, still, moved } = correlationParts(attributes, inputs[0]!.shape, shape);
  const [first, second] = inputs.map((x) => onnx.padImages(x, ...pads)) as [OnnxValue, OnnxValue];
  const part = (x: OnnxValue, [top, left]: Pair) =>
    onnx.slice(x, [
      { axis: 2, start: top, end: top + size[0] },
      { axis: 3, start: left, end: left + size[1] },
    ]);
  const fixed = part(first, still), channels = fixed.shape[1]!;
  const parts = moved.map((at) => {
    const other = part(second, at);
    const mean = compare === "product"
      ? onnx.reduce("ReduceMean", onnx.multiply(fixed, other), [1], true)
      : onnx.scale(
        onnx.reduce("ReduceL1", onnx.subtract(fixed, other), [1], true),
        1 / channels,
      );
    return kernel === 1 && stride === 1
      ? mean
      : onnx.node("AveragePool", [mean], shape.with(1, 1), {
        kernel_shape: { ints: [kernel, kernel] },
        strides: { ints: [stride, stride] },
      });
  });
  return onnx.concat(parts, 1);
};
