/**
 * A 3D convolution as a 2D one, for which engines have kernels.
 *
 * ```
 * [N, C, D, H, W] ─► im2col ─► permute ─► [N·D, C·kernel_d, H, W] ─► conv2d ─► permute ─► [N, O, D, H, W]
 * ```
 *
 * The slices that a window spans become channels of one image, in the order of the weights, so that
 * those stay as they are. Where windows are columns, `[kernel_d, 1, 1]`, that is not needed: the volume
 * is read as an image whose rows are its slices. Volumes that would be too large are split along the
 * depth.
 *
 * @module
 */
import { GraphBuilder, type Node, type Value } from "./graph.ts";
import type { Pair } from "./ops/attribute.ts";
import { noEpilogue } from "./ops/epilogue.ts";
import type { Attributes, OpName } from "./ops/mod.ts";
import type { UnaryName } from "./ops/unary.ts";
import { bytesOf } from "./tensor.ts";

/** The ops that a 3D convolution is rewritten to, beside its activation. */
export const opsUnfolded: readonly OpName[] = [
  "concat",
  "conv2d",
  "im2col",
  "permute",
  "reshape",
  "slice",
];

type Triple = readonly [depth: number, height: number, width: number];
type Extents = readonly [samples: number, channels: number, ...Triple];

/** A 3D convolution, and perhaps the activation after it, in ops on images. */
export function unfoldDepth(
  { attributes, inputs, output: written }: Node<"conv3d">,
  after: Node | undefined,
  constants: Map<Value, Float32Array>,
  maxBytes: number,
): Node[] | undefined {
  const { output, group, bias, kernel, stride, pad, dilation } = attributes;
  const [input, weights, ...biases] = inputs as [Value, Value];
  const numbers = constants.get(weights);
  if (numbers === undefined || !biases.every((value) => constants.has(value))) return undefined;
  const [samples, channels, , height, width] = input.shape as Extents;
  const [, , layers, rows, columns] = written.shape as Extents;
  // Whether windows are columns along the depth, one for each pixel.
  const isColumn = kernel[1] * kernel[2] * stride[1] * stride[2] === 1 && pad[1] + pad[2] === 0;
  const largest = Math.max(
    bytesOf([samples, channels * kernel[0], height, width]),
    bytesOf([samples, output, rows, columns]),
  );
  const most = isColumn ? layers : Math.min(layers, Math.floor(maxBytes / largest));
  // Each part has to contain a slice of the input.
  if (most < (pad[0] < reachOf(attributes) ? 1 : layers)) return undefined;

  const graph = new GraphBuilder(), { name } = written;
  const reshape = (value: Value, ...shape: number[]) =>
    graph.apply("reshape", name, [value], { shape, axis: 0, numAxes: -1 });
  const turn = (value: Value) => graph.apply("permute", name, [value], { order: [0, 2, 1, 3] });
  const filters = {
    name: weights.name,
    shape: isColumn
      ? [output, channels / group, kernel[0], 1]
      : [output, channels / group * kernel[0], kernel[1], kernel[2]],
  };
  constants.set(filters, numbers);
  /** The 2D convolution, and the activation. */
  const convolve = (images: Value) => {
    /** Of settings per axis, those of the image's rows and columns; `across` is those of pixels. */
    const ofImage = ([depth, height, width]: Triple, across: number): Pair =>
      isColumn ? [depth, across] : [height, width];
    const sums = graph.apply("conv2d", name, [images, filters, ...biases], {
      output,
      group,
      bias,
      kernel: ofImage(kernel, 1),
      stride: ofImage(stride, 1),
      pad: ofImage(pad, 0),
      dilation: ofImage(dilation, 1),
      ...noEpilogue,
    });
    if (after === undefined) return sums;
    // One of the functions of a number, whichever it is.
    return graph.apply(after.op as UnaryName, name, [sums], after.attributes as never);
  };

  const planes = reshape(input, 0, 0, 0, -1), parts: Value[] = [];
  for (let first = 0; first < layers && !isColumn; first += most) {
    const windows = windowsOf(graph, planes, attributes, [first, Math.min(first + most, layers)]);
    const sums = convolve(reshape(turn(windows), -1, windows.shape[1]!, height, width));
    parts.push(turn(reshape(sums, samples, -1, output, rows * columns)));
  }
  const whole = isColumn
    ? convolve(planes)
    : parts.length > 1
    ? graph.apply("concat", name, parts, { axis: 2 })
    : parts[0]!;
  reshape(whole, ...written.shape);
  const last = { ...graph.nodes.at(-1)!, output: after?.output ?? written };
  return [...graph.nodes.slice(0, -1), last];
}

/** The extent of a window along the depth, dilation included. */
function reachOf({ kernel, dilation }: Attributes["conv3d"]): number {
  return dilation[0] * (kernel[0] - 1) + 1;
}

/** The slices that windows span, `[N, C·kernel_d, windows, H·W]`, of `[N, C, D, H·W]`. */
function windowsOf(
  graph: GraphBuilder,
  planes: Value,
  attributes: Attributes["conv3d"],
  [first, last]: Pair,
): Value {
  const { kernel: [kernel], stride: [stride], pad: [pad], dilation: [dilation] } = attributes;
  const slice = (value: Value, start: number, end: number) =>
    end - start === value.shape[2]
      ? value
      : graph.apply("slice", planes.name, [value], { axis: 2, start, end });
  const depth = planes.shape[2]!;
  const start = first * stride - pad;
  const end = (last - 1) * stride - pad + reachOf(attributes);
  const met = slice(planes, Math.max(0, start), Math.min(depth, end));
  if (kernel * stride === 1 && pad === 0) return met;
  const before = Math.max(0, -start), behind = Math.max(0, end - depth);
  // im2col pads both ends equally, so there may be windows too many.
  const extra = Math.ceil(Math.max(0, behind - before) / stride);
  const windows = graph.apply("im2col", planes.name, [met], {
    kernel: [kernel, 1],
    stride: [stride, 1],
    pad: [before + extra * stride, 0],
    dilation: [dilation, 1],
  });
  return slice(windows, extra, extra + last - first);
}
