/**
 * Ops that sample images between or at displaced pixels, in TensorFlow's.
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
import type { TfBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import type { TfValue } from "./node.ts";
import { caffe, image } from "./operand.ts";

export const interp: Entry<"interp"> = ({ tf, attributes, inputs: [input], known }) => {
  const { cut: [before, after], alignCorners } = attributes;
  const [, , height, width] = input!.known as Shape4;
  const kept = [height - before - after, width - before - after] as const;
  const x = tf.slice(input!.image, [0, before, before, 0], [-1, ...kept, -1]);
  const size = [known[2]!, known[3]!] as const;
  if (size[0] === kept[0] && size[1] === kept[1]) return image(x);
  if (!tf.learns(x)) return image(tf.resizeBilinear(x, size, alignCorners));
  // TensorFlow.js has no gradient for half-pixel centres.
  const taps = (axis: 2 | 3) => ops.interp.taps!(attributes, input!.known, known, axis);
  const matrix = (axis: 2 | 3) => constant(tf, tapMatrix(taps(axis), input!.known[axis]!));
  return caffe(mix(tf, input!.caffe, matrix(2), matrix(3)));
};

/** Separable resizing by two matrices `[output, input]`, in Caffe's order. */
function mix(tf: TfBuilder, x: TfValue, down: TfValue, along: TfValue): TfValue {
  const [batch, channels, height, width] = x.shape as Shape4;
  const [[rows], [columns]] = [down.shape, along.shape] as [number[], number[]];
  const times = (...extents: number[]) => batch === -1 ? -1 : extents.reduce((a, b) => a * b);
  const lines = tf.reshape(x, [times(batch, channels, height), width]);
  const wide = tf.reshape(tf.matMul(lines, along, true), [batch, channels, height, columns!]);
  const turned = tf.reshape(tf.transpose(wide, [0, 1, 3, 2]), [
    times(batch, channels, columns!),
    height,
  ]);
  const high = tf.reshape(tf.matMul(turned, down, true), [batch, channels, columns!, rows!]);
  return tf.transpose(high, [0, 1, 3, 2]);
}

function constant(tf: TfBuilder, { shape, data }: Tensor): TfValue {
  return tf.floats(shape, data);
}

export const resample: Entry<"resample"> = ({ tf, attributes, inputs: [input], known }) => {
  const along = (axis: 2 | 3) => ops.resample.taps!(attributes, input!.known, known, axis);
  if (attributes.method === "nearest") {
    const nearest = (axis: 2 | 3) => tf.ints(along(axis).map(([tap]) => tap![0]));
    return image(tf.gather(tf.gather(input!.image, nearest(2), 1), nearest(3), 2));
  }
  const matrix = (axis: 2 | 3) => constant(tf, tapMatrix(along(axis), input!.known[axis]!));
  return caffe(mix(tf, input!.caffe, matrix(2), matrix(3)));
};

/** NaNs have a weight of their own: they are left out of a mean unless it exceeds one half. */
export const downsample: Entry<"downsample"> = ({ tf, inputs: [input], known }) => {
  const [down, along] = downsamplingMatrices(input!.known, known)
    .map((matrix) => constant(tf, matrix));
  const x = input!.caffe;
  const isLost = tf.isNan(x);
  const sum = mix(tf, tf.select(isLost, tf.number(0), x), down!, along!);
  const lost = mix(tf, tf.cast(isLost, "float"), down!, along!);
  const found = tf.select(isLost, tf.number(0), tf.number(1));
  const total = mix(tf, found, down!, along!);
  const isNothing = tf.compare("Greater", lost, tf.scale(total, 0.5));
  return caffe(tf.select(isNothing, tf.number(NaN), tf.divide(sum, total)));
};

/** Each group of channels is sampled for all pixels of all windows at once. */
export const flowWarp: Entry<"flowWarp"> = ({ tf, attributes, inputs: [input, flow], known }) => {
  const { kernel, stride, pad, dilation } = attributes;
  const [, channels, height, width] = input!.known as Shape4;
  const [, , rows, columns] = known as Shape4;
  const [batch, taps] = [input!.shape[0]!, count(kernel)];
  const groups = flow!.known[1]! / (2 * taps), each = channels / groups;
  const places = rows * columns * taps;
  const starts = (
    axis: 0 | 1,
    placeOf: (pixel: number) => number,
    tapOf: (tap: number) => number,
  ) =>
    Float32Array.from(
      { length: places },
      (_, i) =>
        placeOf(Math.floor(i / taps)) * stride[axis] - pad[axis] +
        tapOf(i % taps) * dilation[axis],
    );
  const x = starts(1, (pixel) => pixel % columns, (tap) => tap % kernel[1]);
  const y = starts(0, (pixel) => Math.floor(pixel / columns), (tap) => Math.floor(tap / kernel[1]));
  const parts = Array.from({ length: groups }, (_, group) => {
    const shifts = tf.reshape(
      tf.sliceAxis(flow!.image, 3, group * 2 * taps, 2 * taps),
      [batch, places, 2],
    );
    const along = (axis: 0 | 1, starts: Float32Array) =>
      tf.add(
        tf.reshape(tf.sliceAxis(shifts, 2, axis, 1), [batch, places]),
        tf.floats([1, places], starts),
      );
    const channels = tf.sliceAxis(input!.image, 3, group * each, each);
    const pixels = tf.reshape(channels, [batch, height * width, each]);
    const outside = attributes.outside === "nan" ? NaN : 0;
    const seen = bilinear(arrayOps(tf), pixels, [height, width], along(0, x), along(1, y), outside);
    const windows = tf.reshape(seen, [batch, rows * columns, taps, each]);
    const columnwise = taps === 1 ? windows : tf.transpose(windows, [0, 1, 3, 2]);
    return tf.reshape(columnwise, [batch, rows, columns, each * taps]);
  });
  return image(tf.concat(parts, 3));
};

/** One comparison per displacement: shifts the second image, and averages products over windows. */
export const correlation: Entry<"correlation"> = ({ tf, attributes, inputs, known }) => {
  const { compare, kernel, stride } = attributes;
  const { pads, size, still, moved } = correlationParts(attributes, inputs[0]!.known, known);
  const [first, second] = inputs.map((input) => tf.pad(input.image, [[0, 0], ...pads, [0, 0]]));
  const part = (x: TfValue, [top, left]: Pair) => tf.slice(x, [0, top, left, 0], [-1, ...size, -1]);
  const fixed = part(first!, still);
  const parts = moved.map((at) => {
    const other = part(second!, at);
    const compared = compare === "product"
      ? tf.multiply(fixed, other)
      : tf.unary("Abs", tf.subtract(fixed, other));
    const mean = tf.reduce("Mean", compared, [3], true);
    return kernel === 1 && stride === 1
      ? mean
      : tf.pool("AvgPool", mean, [kernel, kernel], [stride, stride]);
  });
  return image(tf.concat(parts, 3));
};
