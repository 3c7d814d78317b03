/**
 * DeformableConvolution: a convolution with an offset for each tap. Its second bottom gives the
 * offsets, y then x, for each of some groups of channels. Samples outside the image are 0; between
 * the last row or column and the border, the last one counts alone.
 *
 * ModulatedDeformableConvolution's third bottom also weighs each tap, and its samples fade out over
 * the first pixel outside.
 *
 * It is lowered as im2col with bilinear sampling and a matrix product, some channels at a time
 * where the columns would exceed a buffer.
 *
 * @see https://arxiv.org/abs/1703.06211 Deformable Convolutional Networks
 * @see https://arxiv.org/abs/1811.11168 Deformable ConvNets v2
 * @see https://github.com/unsky/Deformable-ConvNets-caffe
 *
 * @module
 */
import { message, type MessageOf, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { windowCounts } from "../../../runtime/ops/conv2d/geometry.ts";
import { count, expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { convolutionFields, imageSettings, windowsOf } from "../bvlc/convolution_parameter.ts";
import { apply, defineLayer, type LayerInstance, type LayerShape } from "../layer.ts";
import { weightsAndBiases } from "../weights.ts";
import { zeroBorder } from "../zero_border.ts";

const fields = { ...convolutionFields, deformable_group: uint32(25, 1) };
const DeformableConvolutionParameter = message("DeformableConvolutionParameter", fields);

type DeformableConvolutionParameter = MessageOf<typeof DeformableConvolutionParameter>;

export const deformableConvolution = defineLayer({
  type: "DeformableConvolution",
  ops: ["concat", "conv2d", "eltwise", "flowWarp", "reshape", "reverse", "slice"],
  param: {
    name: "deformable_convolution_param",
    number: 999999,
    message: DeformableConvolutionParameter,
  },
  bottoms: [2, 2],

  blobs,
  lower: (instance) => [deformed(instance)],
});

export const modulatedDeformableConvolution = defineLayer({
  type: "ModulatedDeformableConvolution",
  ops: ["concat", "conv2d", "eltwise", "flowWarp", "reshape", "reverse", "slice", "tile"],
  param: {
    name: "modulated_deformable_convolution_param",
    number: 9999999,
    message: message("ModulatedDeformableConvolutionParameter", fields),
  },
  bottoms: [3, 3],

  blobs,
  lower: (instance) => [deformed(instance)],
});

type Deformable = LayerInstance<DeformableConvolutionParameter>;

function blobs(layer: LayerShape<DeformableConvolutionParameter>) {
  const { param, channels, windows } = sizesOf(layer);
  return weightsAndBiases(param, [param.num_output, channels / param.group, ...windows.kernel]);
}

/** The sizes that follow from the settings and the bottoms. */
function sizesOf(layer: LayerShape<DeformableConvolutionParameter>) {
  const { param, shapes: [image, ...others] } = layer;
  expectImage(image!);
  const settings = windowsOf({ ...layer, shapes: [image!] });
  const { axis, channels } = settings, windows = imageSettings(settings);
  const { deformable_group: groups } = param;
  if (axis !== 1 || groups === 0 || channels % groups !== 0) {
    throw new TypeError(
      `its axis is ${axis} and its deformable_group ${groups}, but the axis must be 1, and its ` +
        `${channels} channels must divide into the groups`,
    );
  }
  const taps = count(windows.kernel);
  const extents = windowCounts(windows, image!);
  others.forEach((shape, i) => {
    const wanted = [image![0]!, (i === 0 ? 2 : 1) * groups * taps, ...extents];
    if (sameShape(shape, wanted)) return;
    throw new TypeError(
      `its ${i === 0 ? "second" : "third"} bottom is ${showShape(shape)}, but it must be ` +
        showShape(wanted),
    );
  });
  return { param, channels, groups, windows, taps, columns: image![0]! * taps * count(extents) };
}

/** The maximum number of elements of the columns, such that they fit in a buffer of any GPU. */
const maxColumnElements = 2 ** 25;

/** The convolution of sampled windows, split into parts of the channels if their columns are large. */
export function deformed(instance: Deformable, maxElements: number = maxColumnElements): Value {
  const { graph, name, blobs: [weights, biases] } = instance;
  const { param, channels, groups, taps, columns } = sizesOf(instance);
  const inputs = channels / param.group;
  const maxChannels = Math.floor(maxElements / columns);
  const step = channelsAtOnce(channels, [inputs, channels / groups], maxChannels);
  const windowsFrom = sampledWindows(instance, step);
  const summed = Math.max(step, inputs), sums = channels / summed;
  const outputs = param.num_output / sums;
  const tops = Array.from({ length: sums }, (_, i) => {
    const top = sums === 1 ? name : `${name}/sums ${i}`;
    const parts = Array.from({ length: summed / step }, (_, k) => {
      const start = i * summed + k * step, bias = biases !== undefined && k === 0;
      const cut = { row: i * outputs, rows: outputs, column: start % inputs * taps };
      return apply(graph, "conv2d", step === summed ? top : `${top}/part ${k}`, [
        windowsFrom(start),
        cutOut(instance, weights!, { ...cut, columns: Math.min(step, inputs) * taps }),
        ...bias ? [cutOut(instance, biases, { ...cut, column: 0, columns: undefined })] : [],
      ], { output: outputs, kernel: [1, 1], group: Math.max(1, step / inputs), bias });
    });
    return parts.length === 1 ? parts[0]! : apply(graph, "eltwise", top, parts, {});
  });
  return sums === 1 ? tops[0]! : apply(graph, "concat", name, tops, {});
}

/** The largest number of channels up to a maximum that does not straddle groups of the given sizes. */
function channelsAtOnce(channels: number, sizes: readonly number[], maxChannels: number): number {
  for (let step = channels; step > 1; step--) {
    const isEven = [channels, ...sizes].every((size) => size % step === 0 || step % size === 0);
    if (step <= maxChannels && isEven) return step;
  }
  return 1;
}

/** Returns a function that adds the sampled windows of `step` channels from a given one on. */
function sampledWindows(instance: Deformable, step: number): (start: number) => Value {
  const { graph, name, bottoms: [image, offsets, masks] } = instance;
  const { channels, groups, taps, windows } = sizesOf(instance);
  const reshape = (role: string, value: Value, numAxes: number, ...shape: number[]) =>
    apply(graph, "reshape", `${name}/${role}`, [value], { shape, axis: 1, numAxes });
  const part = (value: Value, start: number, length: number) =>
    length === value.shape[1]
      ? value
      : apply(graph, "slice", `${value.name}/part`, [value], { start, end: start + length });
  const byTap = reshape("offsets by tap", offsets!, 1, groups * taps, 2);
  const reversed = apply(graph, "reverse", `${name}/offsets turned`, [byTap], { axis: 2 });
  const flow = reshape("flow", reversed, 2, groups * taps * 2);
  // With modulation, a border of zeros is added.
  const frame = masks === undefined ? 0 : 1;
  const framed = masks === undefined ? image! : zeroBorder(graph, name, image!, [frame, frame]);
  const [down, right] = windows.pad;
  const settings = { ...windows, pad: [down - frame, right - frame] as const };
  return (start) => {
    const first = Math.floor(start * groups / channels);
    const length = Math.ceil(step * groups / channels);
    const sampled = apply(graph, "flowWarp", `${name}/windows`, [
      part(framed, start, step),
      part(flow, first * taps * 2, length * taps * 2),
    ], settings);
    if (masks === undefined) return sampled;
    const own = reshape(
      "masks by group",
      part(masks, first * taps, length * taps),
      1,
      length,
      taps,
    );
    const tiles = step / length;
    const tiled = apply(graph, "tile", `${name}/masks by channel`, [own], { axis: 2, tiles });
    const factors = [sampled, reshape("masks", tiled, 2, step * taps)];
    return apply(graph, "eltwise", `${name}/weighed`, factors, { operation: "product" });
  };
}

/** The rows and columns of a part of a weight matrix; without columns for biases. */
interface Cut {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number | undefined;
}

/** A part of weights, with the shape of a 1 × 1 kernel, or a part of biases. */
function cutOut(
  { graph, name }: Deformable,
  value: Value,
  { row, rows, column, columns }: Cut,
): Value {
  const all = graph.dataOf(value)!, length = all.length / value.shape[0]!, width = columns ?? 1;
  const isWhole = rows * width === all.length;
  if (isWhole && columns === undefined) return value;
  const shape = columns === undefined ? [rows] : [rows, columns, 1, 1];
  const data = isWhole ? all : Float32Array.from(
    { length: rows * width },
    (_, i) => all[(row + Math.floor(i / width)) * length + column + i % width]!,
  );
  const role = isWhole ? `${name}/windows/weights` : `${value.name}/part`;
  return graph.constant(role, { shape, data });
}
