/**
 * Convolutions in TensorFlow's ops, with Caffe's padding, groups, and stride combined with
 * dilation.
 *
 * @module
 */
import type { Pair } from "../../../runtime/ops/attribute.ts";
import type { Shape4 } from "../../../runtime/tensor.ts";
import type { Padding } from "../array_shapes.ts";
import type { TfBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import type { TfValue } from "./node.ts";
import { caffe, image } from "./operand.ts";

/** The settings of windows over the rows and columns of an image. */
interface Windows {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly pad: Pair;
  /** How many windows there are below and beside each other. */
  readonly windows: Pair;
}

const both = (pad: number): Padding => [pad, pad];

/**
 * Convolves images with weights `[O, I/group, kH, kW]`.
 *
 * @param x `[N, H, W, I]`
 */
function convolve(
  tf: TfBuilder,
  x: TfValue,
  weights: TfValue,
  group: number,
  windows: Windows,
): TfValue {
  const [outputs, groupInputs] = weights.shape as [number, number];
  const { stride, dilation } = windows;
  if (group === 1) return ungrouped(tf, x, weights, windows);
  if (groupInputs === 1) {
    const isPlain = stride[0] === stride[1] && dilation[0] === 1 && dilation[1] === 1 &&
      !tf.learns(x, weights);
    return isPlain ? depthwise(tf, x, weights, windows) : byTaps(tf, x, weights, windows);
  }
  const groupOutputs = outputs / group;
  const parts = Array.from({ length: group }, (_, g) =>
    ungrouped(
      tf,
      tf.sliceAxis(x, 3, g * groupInputs, groupInputs),
      tf.sliceAxis(weights, 0, g * groupOutputs, groupOutputs),
      windows,
    ));
  return tf.concat(parts, 3);
}

/** A convolution in which each output sees all input channels. */
function ungrouped(tf: TfBuilder, x: TfValue, weights: TfValue, settings: Windows): TfValue {
  const { stride, dilation, windows } = settings;
  const kernels = tf.transpose(weights, [2, 3, 1, 0]);
  if (tf.learns(x, weights)) {
    // Gradients support neither dilation nor explicit padding.
    const pad = [both(0), both(0)] as const, wide = dilate(tf, kernels, dilation);
    return tf.conv2d(padded(tf, x, settings.pad), wide, { stride, dilation: [1, 1], pad });
  }
  const pad = [both(settings.pad[0]), both(settings.pad[1])] as const;
  // TensorFlow.js cannot combine stride and dilation: then the result is subsampled.
  const hasBoth = Math.max(...stride) > 1 && Math.max(...dilation) > 1;
  if (!hasBoth) return tf.conv2d(x, kernels, { stride, dilation, pad });
  return tf.everyPixel(tf.conv2d(x, kernels, { stride: [1, 1], dilation, pad }), stride, windows);
}

/** Weights of one input channel a group: `[I·M, 1, kH, kW]` become `[kH, kW, I, M]`. */
function depthwise(tf: TfBuilder, x: TfValue, weights: TfValue, { stride, pad }: Windows): TfValue {
  const [outputs, , kernel_h, kernel_w] = weights.shape as Shape4;
  const channels = x.shape[3]!;
  const kernels = tf.transpose(
    tf.reshape(weights, [channels, outputs / channels, kernel_h, kernel_w]),
    [2, 3, 0, 1],
  );
  return tf.depthwise(padded(tf, x, pad), kernels, stride[0]);
}

function padded(tf: TfBuilder, x: TfValue, pad: Pair): TfValue {
  return tf.pad(x, [[0, 0], both(pad[0]), both(pad[1]), [0, 0]]);
}

/** The positions of a window's taps, row by row. */
export function tapsOf([height, width]: Pair, dilation: Pair = [1, 1]): Pair[] {
  return Array.from({ length: height * width }, (_, tap) => [
    Math.floor(tap / width) * dilation[0],
    tap % width * dilation[1],
  ]);
}

/** The pixels under one tap of every window. */
export function tapOf(
  tf: TfBuilder,
  x: TfValue,
  [down, right]: Pair,
  { stride, windows }: Pick<Windows, "stride" | "windows">,
): TfValue {
  const extent = (axis: 0 | 1) => (windows[axis] - 1) * stride[axis] + 1;
  const part = tf.slice(x, [0, down, right, 0], [-1, extent(0), extent(1), -1]);
  return tf.everyPixel(part, stride, windows);
}

/** The pixels under some taps of every window, along a last axis. */
export function stacked(
  tf: TfBuilder,
  x: TfValue,
  taps: readonly Pair[],
  windows: Pick<Windows, "stride" | "windows">,
): TfValue {
  const pixels = taps.map((tap) => tapOf(tf, x, tap, windows));
  return tf.concat(pixels.map((part) => tf.reshape(part, [...part.shape, 1])), 4);
}

/** A sum over taps, channel by channel, for strides or dilations that no op has. */
function byTaps(tf: TfBuilder, x: TfValue, weights: TfValue, settings: Windows): TfValue {
  const [outputs, , kernel_h, kernel_w] = weights.shape as Shape4;
  const { dilation, pad } = settings;
  const times = outputs / x.shape[3]!;
  const channels = Array.from({ length: outputs }, (_, o) => Math.floor(o / times));
  const repeated = times === 1 ? x : tf.gather(x, tf.ints(channels), 3);
  const wide = padded(tf, repeated, pad);
  const kernels = tf.transpose(weights, [2, 3, 1, 0]);
  return sumOf(tf, kernel_h * kernel_w, (i) => {
    const h = Math.floor(i / kernel_w), w = i % kernel_w;
    const tap = tapOf(tf, wide, [h * dilation[0], w * dilation[1]], settings);
    const weight = tf.reshape(tf.slice(kernels, [h, w, 0, 0], [1, 1, 1, outputs]), [outputs]);
    return tf.multiply(tap, weight);
  });
}

/** The sum of some terms, each added before the next one is computed, so that few take memory. */
function sumOf(tf: TfBuilder, terms: number, term: (i: number) => TfValue): TfValue {
  let sum = term(0);
  for (let i = 1; i < terms; i++) sum = tf.add(sum, term(i));
  return sum;
}

function withBias(tf: TfBuilder, x: TfValue, biases: TfValue | undefined): TfValue {
  return biases === undefined ? x : tf.add(x, tf.reshape(biases, [x.shape.at(-1)!]));
}

export const conv2d: Entry<"conv2d"> = ({ tf, attributes, inputs, known }) => {
  const [input, weights, biases] = inputs;
  const { stride, dilation, pad, group } = attributes;
  const windows: Pair = [known[2]!, known[3]!];
  const settings = { stride, dilation, pad, windows };
  const sums = convolve(tf, input!.image, weights!.caffe, group, settings);
  return image(withBias(tf, sums, biases?.caffe));
};

/**
 * 3D convolution as a sum over the slices of the kernel: each convolves the slices of the volume
 * under it, as images.
 */
export const conv3d: Entry<"conv3d"> = ({ tf, attributes, inputs, shape, known }) => {
  const [input, weights, biases] = inputs;
  const { kernel, stride, pad, dilation, group, output } = attributes;
  const [batch, channels, , height, width] = input!.shape as number[];
  const [, , layers, rows, columns] = known as number[];
  const settings = {
    stride: [stride[1], stride[2]],
    dilation: [dilation[1], dilation[2]],
    pad: [pad[1], pad[2]],
    windows: [rows!, columns!],
  } as const;
  const volume = tf.transpose(input!.caffe, [2, 0, 3, 4, 1]);
  const deep = tf.pad(volume, [both(pad[0]), [0, 0], [0, 0], [0, 0], [0, 0]]);
  const sum = sumOf(tf, kernel[0], (d) => {
    const slices = Array.from({ length: layers! }, (_, i) => i * stride[0] + d * dilation[0]);
    const images = tf.reshape(tf.gather(deep, tf.ints(slices), 0), [
      batch === -1 ? -1 : batch! * layers!,
      height!,
      width!,
      channels!,
    ]);
    const slab = tf.sliceAxis(weights!.caffe, 2, d, 1);
    const flat = tf.reshape(slab, [output, channels! / group, kernel[1], kernel[2]]);
    return convolve(tf, images, flat, group, settings);
  });
  const all = withBias(tf, sum, biases?.caffe);
  const volumes = tf.reshape(all, [layers!, shape[0]!, rows!, columns!, output]);
  return caffe(tf.transpose(volumes, [1, 4, 0, 2, 3]));
};

/**
 * Transposed convolution: the padding is cropped from the full result. Dilation inserts zeros
 * between weights.
 */
export const deconv2d: Entry<"deconv2d"> = ({ tf, attributes, inputs, known }) => {
  const [input, weights, biases] = inputs;
  const { stride, pad, dilation, group } = attributes;
  const x = input!.image;
  const groupInputs = input!.shape[1]! / group;
  const [rows, columns] = [known[2]!, known[3]!];
  const kernels = dilate(tf, tf.transpose(weights!.caffe, [2, 3, 1, 0]), dilation);
  const parts = Array.from({ length: group }, (_, g) =>
    tf.transposedConv2d(
      tf.sliceAxis(x, 3, g * groupInputs, groupInputs),
      tf.sliceAxis(kernels, 3, g * groupInputs, groupInputs),
      stride,
    ));
  const whole = tf.concat(parts, 3);
  const cut = tf.slice(whole, [0, pad[0], pad[1], 0], [-1, rows, columns, -1]);
  return image(withBias(tf, cut, biases?.caffe));
};

/** Weights `[kH, kW, …]` with zeros between their taps. */
function dilate(tf: TfBuilder, weights: TfValue, dilation: Pair): TfValue {
  if (dilation[0] === 1 && dilation[1] === 1) return weights;
  const [rows, columns, ...rest] = weights.shape as [number, number, ...number[]];
  const apart = tf.pad(tf.reshape(weights, [rows, 1, columns, 1, ...rest]), [
    [0, 0],
    [0, dilation[0] - 1],
    [0, 0],
    [0, dilation[1] - 1],
    [0, 0],
    [0, 0],
  ]);
  const wide = tf.reshape(apart, [rows * dilation[0], columns * dilation[1], ...rest]);
  const [height, width] = [(rows - 1) * dilation[0] + 1, (columns - 1) * dilation[1] + 1];
  return tf.slice(wide, [0, 0, 0, 0], [height, width, -1, -1]);
}

/** The taps of each window as channels, ordered by input channel. */
export const im2col: Entry<"im2col"> = ({ tf, attributes, inputs: [input], known }) => {
  const { kernel, stride, pad, dilation } = attributes;
  const windows: Pair = [known[2]!, known[3]!];
  const taps = tapsOf(kernel, dilation);
  const all = stacked(tf, padded(tf, input!.image, pad), taps, { stride, windows });
  return image(tf.reshape(all, [all.shape[0]!, ...windows, known[1]!]));
};
