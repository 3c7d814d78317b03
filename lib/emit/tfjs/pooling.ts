/**
 * Pooling and normalisation over windows, in TensorFlow's ops.
 *
 * TensorFlow's windows lie within the image, Caffe's may start before it and end beyond it. So the
 * image is padded explicitly, with the lowest number for a maximum and with zeros for a mean, which
 * is then corrected where Caffe divides by less than the whole window.
 *
 * @module
 */
import { lowest } from "../../../runtime/ops/pool2d.ts";
import * as composed from "../composed.ts";
import {
  around,
  correction,
  coversPlane,
  poolingWindows,
  type Windows,
} from "../pooling_windows.ts";
import { arrayOps } from "./array_ops.ts";
import type { TfBuilder } from "./builder.ts";
import { axisIn, commonLayout, type Entry } from "./entry.ts";
import type { TfValue } from "./node.ts";
import { image } from "./operand.ts";
import { stacked, tapOf, tapsOf } from "./windows.ts";

export const pool2d: Entry<"pool2d"> = ({ tf, attributes, inputs: [input], known }) => {
  const settings = poolingWindows(attributes, input!.known, known);
  return image(methods[attributes.method](tf, input!.image, settings));
};

const methods = {
  max(tf: TfBuilder, x: TfValue, settings: Windows): TfValue {
    const wide = widened(tf, x, settings, lowest);
    if (!tf.learns(x)) return pool(tf, "MaxPool", wide, settings);
    // Tap by tap: the wasm backend's pooling gradient is wrong. The first of equals wins.
    const taps = tapsOf(settings.kernel).map((tap) => tapOf(tf, wide, tap, settings));
    return taps.reduce((a, b) => tf.binary("Maximum", a, b));
  },

  average(tf: TfBuilder, x: TfValue, settings: Windows): TfValue {
    if (coversPlane(settings)) return tf.reduce("Mean", x, [1, 2], true);
    const means = pool(tf, "AvgPool", widened(tf, x, settings, 0), settings);
    const factors = correction(settings);
    if (factors.every((factor) => factor === 1)) return means;
    return tf.multiply(means, tf.floats([1, ...settings.windows, 1], factors));
  },

  /** An argmax over the taps as an axis: the first of equals wins, as in Caffe. */
  argmax(tf: TfBuilder, x: TfValue, settings: Windows): TfValue {
    const { kernel, stride, pad, plane, windows } = settings;
    const taps = tapsOf(kernel);
    const all = stacked(tf, widened(tf, x, settings, lowest), taps, settings);
    const best = tf.argMax(all, 4);
    const offsets = Float32Array.from(taps, ([h, w]) => h * plane[1] + w);
    const corners = Float32Array.from({ length: windows[0] * windows[1] }, (_, i) => {
      const row = Math.floor(i / windows[1]) * stride[0] - pad[0];
      return row * plane[1] + i % windows[1] * stride[1] - pad[1];
    });
    const positions = tf.add(
      tf.gather(tf.floats([taps.length], offsets), best, 0),
      tf.floats([1, ...windows, 1], corners),
    );
    const isAbove = tf.compare("Greater", tf.reduce("Max", all, [4]), tf.number(lowest));
    return tf.select(isAbove, positions, tf.number(-1));
  },

  /** The mean of squares over the mean: both divide by the same number of elements. */
  weighted(tf: TfBuilder, x: TfValue, settings: Windows): TfValue {
    const mean = (of: TfValue) => pool(tf, "AvgPool", widened(tf, of, settings, 0), settings);
    const sums = mean(x);
    const isPositive = tf.compare("Greater", sums, tf.number(0));
    const divisor = tf.select(isPositive, sums, tf.number(1));
    return tf.select(
      isPositive,
      tf.divide(mean(tf.unary("Square", x)), divisor),
      tf.number(0),
    );
  },
};

/** Pads images to the extents that the windows cover. */
function widened(tf: TfBuilder, x: TfValue, settings: Windows, value: number): TfValue {
  return tf.pad(x, [[0, 0], around(settings, 0), around(settings, 1), [0, 0]], value);
}

/** Caffe's windows: TensorFlow may find one more after them. */
function pool(
  tf: TfBuilder,
  op: "AvgPool" | "MaxPool",
  x: TfValue,
  { kernel, stride, windows }: Windows,
): TfValue {
  return tf.slice(tf.pool(op, x, kernel, stride), [0, 0, 0, 0], [-1, ...windows, -1]);
}

export const lrn: Entry<"lrn"> = ({ tf, attributes, inputs: [input] }) => {
  const { region, size, alpha, beta, k } = attributes;
  const reach = (size - 1) / 2;
  const x = input!.image;
  if (region === "across") return image(tf.lrn(x, reach, { alpha: alpha / size, beta, k }));
  const around = [reach, reach] as const;
  const squares = tf.pad(tf.unary("Square", x), [[0, 0], around, around, [0, 0]]);
  const energy = tf.pool("AvgPool", squares, [size, size], [1, 1]);
  const base = tf.add(tf.scale(energy, alpha), tf.number(1));
  return image(tf.multiply(x, tf.binary("Pow", base, tf.number(-beta))));
};

export const norm: Entry<"norm"> = ({ tf, attributes, inputs: [input] }) => {
  const layout = commonLayout([input!]);
  const axis = axisIn(layout, attributes.axis, input!.shape.length);
  const squares = tf.unary("Square", input!.in(layout));
  return { layout, value: tf.unary("Sqrt", tf.reduce("Sum", squares, [axis], true)) };
};

export const normalize: Entry<"normalize"> = ({ tf, attributes, inputs: [input] }) => {
  const { acrossSpatial, eps } = attributes;
  const layout = commonLayout([input!]);
  const x = input!.in(layout);
  const axes = acrossSpatial
    ? x.shape.map((_, axis) => axis).slice(1)
    : [axisIn(layout, 1, x.shape.length)];
  const sum = tf.add(tf.reduce("Sum", tf.unary("Square", x), axes, true), tf.number(eps));
  return { layout, value: tf.divide(x, tf.unary("Sqrt", sum)) };
};

export const standardize: Entry<"standardize"> = ({ tf, attributes, inputs: [input] }) => {
  const layout = commonLayout([input!]);
  const x = input!.in(layout), rank = x.shape.length;
  const channel = rank > 1 ? axisIn(layout, 1, rank) : undefined;
  return { layout, value: composed.standardize(arrayOps(tf), x, channel, attributes) };
};

export const reduce: Entry<"reduce"> = ({ tf, attributes, inputs: [input], shape }) => {
  const { operation, coefficient } = attributes;
  const terms = {
    sum: (x: TfValue) => x,
    mean: (x: TfValue) => x,
    magnitudes: (x: TfValue) => tf.unary("Abs", x),
    squares: (x: TfValue) => tf.unary("Square", x),
  };
  const x = input!.caffe;
  const axes = x.shape.map((_, axis) => axis).slice(shape.length);
  const term = terms[operation](x);
  const sum = tf.reduce(operation === "mean" ? "Mean" : "Sum", term, axes);
  return { layout: "caffe", value: tf.scale(sum, coefficient) };
};
