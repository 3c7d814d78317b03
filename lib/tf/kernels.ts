/**
 * The ops of a TensorFlow graph, computed by TensorFlow.js.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { TfAttribute, TfNode, TfOp, TfType, TfValue } from "../emit/tfjs/node.ts";

/** Computes the results of a node from its inputs. */
type Kernel = (node: TfNode, inputs: readonly tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** What TensorFlow.js calls the types of elements. */
const types = { float: "float32", int: "int32", bool: "bool" } as const satisfies Record<
  TfType,
  tf.DataType
>;

const unary = (compute: (x: tf.Tensor) => tf.Tensor): Kernel => (_, [x]) => compute(x!);
const binary = (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Kernel => (_, [a, b]) =>
  compute(a!, b!);
const reduction =
  (compute: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor): Kernel => (node, [x]) =>
    compute(x!, integers(node.inputs[1]!), flag(node, "keep_dims"));

/** A kernel for every op except inputs and constants. */
export const kernels: Readonly<Record<Exclude<TfOp, "Const" | "Placeholder">, Kernel>> = {
  Abs: unary(tf.abs),
  AddV2: binary(tf.add),
  ArgMax: (node, [x]) => tf.argMax(x!, integers(node.inputs[1]!)[0]),
  AvgPool: (node, [x]) =>
    tf.avgPool(x as tf.Tensor4D, pair(node, "ksize"), pair(node, "strides"), "valid"),
  Cast: (node, [x]) => tf.cast(x!, types[(attribute(node, "DstT") as { type: TfType }).type]),
  ConcatV2: (node, inputs) => tf.concat(inputs.slice(0, -1), integers(node.inputs.at(-1)!)[0]),
  Conv2D(node, [x, weights]) {
    const padding = ints(node, "explicit_paddings");
    const pad = padding.length === 0
      ? "valid"
      : [0, 2, 4, 6].map((i) => [padding[i]!, padding[i + 1]!]) as ExplicitPadding;
    return tf.conv2d(
      x as tf.Tensor4D,
      weights as tf.Tensor4D,
      pair(node, "strides"),
      pad,
      "NHWC",
      pair(node, "dilations"),
    );
  },
  // The extents of the output follow from the input's, since nothing is cropped.
  Conv2DBackpropInput(node, [, weights, x]) {
    const [rows, columns] = pair(node, "strides");
    const [batch, height, width] = x!.shape as number[];
    const [kernel_h, kernel_w, outputs] = weights!.shape as number[];
    return tf.conv2dTranspose(
      x as tf.Tensor4D,
      weights as tf.Tensor4D,
      [batch!, rows * (height! - 1) + kernel_h!, columns * (width! - 1) + kernel_w!, outputs!],
      [rows, columns],
      "valid",
    );
  },
  Cumsum: (node, [x]) => tf.cumsum(x!, integers(node.inputs[1]!)[0]),
  DepthwiseConv2dNative: (node, [x, weights]) =>
    tf.depthwiseConv2d(x as tf.Tensor4D, weights as tf.Tensor4D, pair(node, "strides"), "valid"),
  Elu: unary(tf.elu),
  Equal: binary(tf.equal),
  Exp: unary(tf.exp),
  Floor: unary(tf.floor),
  GatherV2: (node, [x, indices]) =>
    tf.gather(x!, indices!, integers(node.inputs[2]!)[0], number(node, "batch_dims")),
  Greater: binary(tf.greater),
  GreaterEqual: binary(tf.greaterEqual),
  Identity: unary(tf.clone),
  IsNan: unary(tf.isNaN),
  LeakyRelu: (node, [x]) => tf.leakyRelu(x!, number(node, "alpha")),
  Less: binary(tf.less),
  Log: unary(tf.log),
  LogicalAnd: binary(tf.logicalAnd),
  LRN: (node, [x]) =>
    tf.localResponseNormalization(
      x as tf.Tensor4D,
      number(node, "depth_radius"),
      number(node, "bias"),
      number(node, "alpha"),
      number(node, "beta"),
    ),
  MatMul: (node, [a, b]) => tf.matMul(a!, b!, flag(node, "transpose_a"), flag(node, "transpose_b")),
  Max: reduction(tf.max),
  Maximum: binary(tf.maximum),
  MaxPool: (node, [x]) =>
    tf.maxPool(x as tf.Tensor4D, pair(node, "ksize"), pair(node, "strides"), "valid"),
  Mean: reduction(tf.mean),
  Minimum: binary(tf.minimum),
  Mul: binary(tf.mul),
  NotEqual: binary(tf.notEqual),
  PadV2(node, [x]) {
    const [, table, value] = node.inputs;
    const flat = integers(table!);
    const paddings = x!.shape.map((
      _,
      axis,
    ): [number, number] => [flat[2 * axis]!, flat[2 * axis + 1]!]);
    return tf.pad(x!, paddings, value!.data![0]);
  },
  Pow: binary(tf.pow),
  RealDiv: binary(tf.div),
  Relu: unary(tf.relu),
  Relu6: unary(tf.relu6),
  Reshape: (node, [x]) => tf.reshape(x!, integers(node.inputs[1]!)),
  ResizeBilinear: (node, [x]) =>
    tf.image.resizeBilinear(
      x as tf.Tensor4D,
      integers(node.inputs[1]!) as [number, number],
      flag(node, "align_corners"),
      flag(node, "half_pixel_centers"),
    ),
  ReverseV2: (node, [x]) => tf.reverse(x!, integers(node.inputs[1]!)),
  SelectV2: (_, [condition, a, b]) => tf.where(condition!, a!, b!),
  Shape: (_, [x]) => tf.tensor1d(x!.shape, "int32"),
  Sigmoid: unary(tf.sigmoid),
  Slice: (node, [x]) => tf.slice(x!, integers(node.inputs[1]!), integers(node.inputs[2]!)),
  Softmax: unary(tf.softmax),
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt),
  Square: unary(tf.square),
  StridedSlice(node, [x]) {
    const [, begin, end, strides] = node.inputs;
    return tf.stridedSlice(
      x!,
      integers(begin!),
      integers(end!),
      integers(strides!),
      number(node, "begin_mask"),
      number(node, "end_mask"),
    );
  },
  Sub: binary(tf.sub),
  Sum: reduction(tf.sum),
  Tanh: unary(tf.tanh),
  Tile: (node, [x]) => tf.tile(x!, integers(node.inputs[1]!)),
  TopKV2(node, [x]) {
    const { values, indices } = tf.topk(x!, integers(node.inputs[1]!)[0]);
    return [values, indices];
  },
  Transpose: (node, [x]) => tf.transpose(x!, integers(node.inputs[1]!)),
};

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** A tensor of a constant. */
export function constantTensor({ data, shape, type }: TfValue): tf.Tensor {
  return tf.tensor(data!, [...shape], types[type]);
}

function attribute({ attributes }: TfNode, name: string): TfAttribute {
  return attributes[name]!;
}

function flag(node: TfNode, name: string): boolean {
  return (attribute(node, name) as { b: boolean }).b;
}

function number(node: TfNode, name: string): number {
  const value = attribute(node, name) as { i: number } | { f: number };
  return "i" in value ? value.i : value.f;
}

function ints(node: TfNode, name: string): readonly number[] {
  return (attribute(node, name) as { ints: readonly number[] }).ints;
}

/** The numbers for height and width among those for `[N, H, W, C]`. */
function pair(node: TfNode, name: string): [number, number] {
  const [, height, width] = ints(node, name);
  return [height!, width!];
}

/** The integers of a constant. */
function integers({ data }: TfValue): number[] {
  return [...data!];
}
