/**
 * Element-wise ops in terms of TensorFlow's.
 *
 * @module
 */
import type { OpName } from "../../../runtime/ops/mod.ts";
import type { UnaryName } from "../../../runtime/ops/unary.ts";
import { axisOf, count } from "../../../runtime/tensor.ts";
import * as composed from "../composed.ts";
import { fixed } from "../open_batch.ts";
import { arrayOps } from "./array_ops.ts";
import type { TfBuilder } from "./builder.ts";
import { type Applied, commonLayout, type Entry } from "./entry.ts";
import type { TfValue } from "./node.ts";
import { type AxisOrder, type Laid, type Operand, toImage } from "./operand.ts";

/** An entry for an element-wise function. */
function each<Name extends OpName>(
  compute: (tf: TfBuilder, x: TfValue, attributes: Applied<Name>["attributes"]) => TfValue,
): Entry<Name> {
  return ({ tf, inputs, attributes }) => {
    const layout = commonLayout(inputs);
    return { layout, value: compute(tf, inputs[0]!.in(layout), attributes) };
  };
}

/** `x` where it is positive, `slope · x` elsewhere; the slope may be a tensor. */
function leaky(tf: TfBuilder, x: TfValue, slope: TfValue): TfValue {
  const negative = tf.binary("Minimum", x, tf.number(0));
  return tf.add(tf.unary("Relu", x), tf.multiply(negative, slope));
}

/** The functions of one number. */
export const functions: { readonly [Name in UnaryName]: Entry<Name> } = {
  relu: each((tf, x, { slope }) => slope === 0 ? tf.unary("Relu", x) : tf.leakyRelu(x, slope)),
  relu6: each((tf, x, { slope }) => {
    const clipped = tf.unary("Relu6", x);
    if (slope === 0) return clipped;
    return tf.add(clipped, tf.scale(tf.binary("Minimum", x, tf.number(0)), slope));
  }),
  elu: each((tf, x, { alpha }) => {
    if (alpha === 1) return tf.unary("Elu", x);
    const curve = tf.unary("Elu", tf.binary("Minimum", x, tf.number(0)));
    return tf.add(tf.unary("Relu", x), tf.scale(curve, alpha));
  }),
  sigmoid: each((tf, x) => tf.unary("Sigmoid", x)),
  tanh: each((tf, x) => tf.unary("Tanh", x)),
  swish: each((tf, x, settings) => composed.swish(arrayOps(tf), x, settings)),
  abs: each((tf, x) => tf.unary("Abs", x)),
  clip: each((tf, x, { min, max }) => {
    const low = max === Infinity ? x : tf.binary("Minimum", x, tf.number(max));
    return min === -Infinity ? low : tf.binary("Maximum", low, tf.number(min));
  }),
  power: each((tf, x, settings) => composed.power(arrayOps(tf), x, settings)),
  exp: each((tf, x, settings) => composed.exp(arrayOps(tf), x, settings)),
  log: each((tf, x, settings) => composed.log(arrayOps(tf), x, settings)),
  bnll: each((tf, x) => tf.unary("Softplus", x)),
  threshold: each((tf, x, { threshold }) =>
    tf.cast(tf.compare("Greater", x, tf.number(threshold)), "float")
  ),
};

/** Reshapes a tensor whose axes are a run of another's, so that they broadcast. */
function spread(
  tf: TfBuilder,
  parameter: Operand,
  layout: AxisOrder,
  first: number,
  rank: number,
): TfValue {
  const shape = new Array<number>(rank).fill(1);
  parameter.shape.forEach((extent, i) => shape[first + i] = extent);
  const placed = tf.reshape(parameter.caffe, shape);
  return layout === "image" ? tf.transpose(placed, toImage) : placed;
}

export const affine: Entry<"affine"> = ({ tf, attributes, inputs: [input, ...parameters] }) => {
  const { axis, terms } = attributes;
  const layout = commonLayout([input!]);
  const rank = input!.shape.length;
  const spreads = parameters.map((parameter) =>
    spread(tf, parameter, layout, parameter.shape.length === 0 ? 0 : axisOf(axis, rank), rank)
  );
  let value = input!.in(layout);
  if (terms !== "offset") value = tf.multiply(value, spreads[0]!);
  if (terms !== "scale") value = tf.add(value, spreads.at(-1)!);
  return { layout, value };
};

export const batchNorm: Entry<"batchNorm"> = ({ tf, attributes, inputs }) => {
  const [input, ...statistics] = inputs;
  const layout = commonLayout([input!]);
  const rank = input!.shape.length;
  const [mean, variance] = statistics.map((parameter) =>
    rank < 2
      ? tf.reshape(parameter.caffe, new Array<number>(rank).fill(1))
      : spread(tf, parameter, layout, 1, rank)
  );
  const deviation = tf.unary("Sqrt", tf.add(variance!, tf.number(attributes.eps)));
  return { layout, value: tf.divide(tf.subtract(input!.in(layout), mean!), deviation) };
};

export const prelu: Entry<"prelu"> = ({ tf, inputs: [input, slope] }) => {
  const layout = commonLayout([input!]);
  const rank = input!.shape.length;
  const slopes = count(slope!.shape) === 1
    ? tf.reshape(slope!.caffe, [])
    : spread(tf, slope!, layout, 1, rank);
  return { layout, value: leaky(tf, input!.in(layout), slopes) };
};

export const eltwise: Entry<"eltwise"> = ({ tf, attributes, inputs }) => {
  const { operation, coefficients } = attributes;
  const layout = commonLayout(inputs);
  const op = { product: "Mul", sum: "AddV2", max: "Maximum" } as const;
  const terms = inputs.map((input, i) => tf.scale(input.in(layout), coefficients[i] ?? 1));
  return { layout, value: terms.reduce((a, b) => tf.binary(op[operation], a, b)) };
};

/** Softmax over channels, also of images: the axis that is last in the chosen layout. */
export const softmax: Entry<"softmax"> = ({ tf, attributes, inputs: [input] }): Laid => {
  const rank = input!.shape.length;
  const axis = axisOf(attributes.axis, rank);
  if (rank === 4 && axis === 1) {
    return { layout: "image", value: tf.unary("Softmax", input!.image) };
  }
  if (axis === rank - 1) return { layout: "caffe", value: tf.unary("Softmax", input!.caffe) };
  const order = [...input!.shape.keys()].with(axis, rank - 1).with(rank - 1, axis);
  const swapped = tf.unary("Softmax", tf.transpose(input!.caffe, order));
  return { layout: "caffe", value: tf.transpose(swapped, order) };
};

export const dense: Entry<"dense"> = ({ tf, attributes, inputs, shape }) => {
  const [input, weights, biases] = inputs;
  const first = axisOf(attributes.axis, input!.shape.length);
  const length = weights!.shape[1]!;
  // Weights are permuted to the image's layout, rather than the image's elements.
  const isImage = input!.isImage && first === 1;
  let matrix = weights!.caffe;
  if (isImage) {
    const [, ...sample] = input!.shape.map(fixedAfterBatch);
    const [output] = weights!.shape;
    matrix = tf.reshape(
      tf.transpose(tf.reshape(matrix, [output!, ...sample]), toImage),
      [output!, length],
    );
  }
  const samples = shape.slice(0, -1);
  const batch = samples.includes(-1) ? -1 : count(samples);
  const rows = tf.reshape(isImage ? input!.image : input!.caffe, [batch, length]);
  let value = tf.matMul(rows, matrix, true);
  if (biases !== undefined) value = tf.add(value, tf.reshape(biases.caffe, [attributes.output]));
  return { layout: "caffe", value: tf.reshape(value, shape) };
};

function fixedAfterBatch(extent: number, axis: number): number {
  return axis === 0 ? extent : fixed(extent);
}
