/**
 * Data movement ops in TensorFlow's ops.
 *
 * @module
 */
import { startsOf } from "../../../runtime/ops/crop.ts";
import { rangeOf } from "../../../runtime/ops/slice.ts";
import { axisOf } from "../../../runtime/tensor.ts";
import * as composed from "../composed.ts";
import { fixed } from "../open_batch.ts";
import { arrayOps } from "./array_ops.ts";
import { axisIn, commonLayout, type Entry } from "./entry.ts";
import { gatherEach } from "./gather_each.ts";
import { caffe, toImage } from "./operand.ts";

export const concat: Entry<"concat"> = ({ tf, attributes, inputs }) => {
  const layout = commonLayout(inputs);
  const axis = axisIn(layout, attributes.axis, inputs[0]!.shape.length);
  return { layout, value: tf.concat(inputs.map((input) => input.in(layout)), axis) };
};

export const slice: Entry<"slice"> = ({ tf, attributes, inputs: [input] }) => {
  const { axis } = attributes;
  const { shape } = input!;
  const layout = commonLayout([input!]);
  const [first, last] = rangeOf(attributes, fixed(shape[axisOf(axis, shape.length)]!));
  const position = axisIn(layout, axis, shape.length);
  return { layout, value: tf.sliceAxis(input!.in(layout), position, first, last - first) };
};

/** Only the shape of the second input matters. */
export const crop: Entry<"crop"> = ({ tf, attributes, inputs: [input], shape }) => {
  const layout = commonLayout([input!]);
  const begin = startsOf(attributes, shape);
  const order = layout === "image" ? toImage : shape.map((_, i) => i);
  const value = tf.slice(
    input!.in(layout),
    order.map((i) => begin[i]!),
    order.map((i) => shape[i]!),
  );
  return { layout, value };
};

export const reshape: Entry<"reshape"> = ({ tf, inputs: [input], shape }) =>
  caffe(tf.reshape(input!.caffe, shape));

export const permute: Entry<"permute"> = ({ tf, attributes: { order }, inputs: [input] }) => {
  if (!input!.isImage) return caffe(tf.transpose(input!.caffe, order));
  // Permuting an image from NHWC may be the same as not permuting it at all.
  return caffe(tf.transpose(input!.image, order.map((axis) => toImage.indexOf(axis))));
};

export const tile: Entry<"tile"> = ({ tf, attributes: { axis, tiles }, inputs: [input] }) => {
  const layout = commonLayout([input!]);
  const position = axisIn(layout, axis, input!.shape.length);
  return { layout, value: tf.tile(input!.in(layout), position, tiles) };
};

export const reverse: Entry<"reverse"> = ({ tf, attributes, inputs: [input] }) => {
  const layout = commonLayout([input!]);
  const position = axisIn(layout, attributes.axis, input!.shape.length);
  return { layout, value: tf.reverse(input!.in(layout), position) };
};

/** Step t of a sequence of length l comes from step l − 1 − t, and those after its end from t. */
export const reverseTime: Entry<"reverseTime"> = ({ tf, attributes, inputs, shape }) => {
  const [input, lengths] = inputs;
  const steps = fixed(shape[0]!);
  const others = shape.slice(2).map((_, i) => i + 2);
  const sequences = tf.transpose(input!.caffe, [1, 0, ...others]);
  const time = tf.floats([1, steps], Float32Array.from({ length: steps }, (_, t) => t));
  const column = tf.reshape(lengths!.caffe, [shape[1]!, 1]);
  const whole = tf.cast(tf.cast(column, "int"), "float");
  const ends = tf.binary("Minimum", whole, tf.number(steps));
  const within = tf.compare("Less", time, ends);
  const mirrored = tf.subtract(tf.subtract(ends, tf.number(1)), time);
  const taken = tf.cast(tf.select(within, mirrored, time), "int");
  let value = gatherEach(tf, sequences, taken);
  if (!attributes.keepRest) {
    const mask = tf.reshape(tf.cast(within, "float"), [shape[1]!, steps, ...others.map(() => 1)]);
    value = tf.multiply(value, mask);
  }
  return caffe(tf.transpose(value, [1, 0, ...others]));
};

/** Nearest-neighbor upsampling by integer factors. */
export const upsample: Entry<"upsample"> = ({ tf, attributes: { scale }, inputs: [input] }) => {
  const value = scale.reduce((x, times, i) => {
    if (times === 1) return x;
    const extent = x.shape[1 + i]!;
    const rows = Array.from({ length: extent * times }, (_, row) => Math.floor(row / times));
    return tf.gather(x, tf.ints(rows), 1 + i);
  }, input!.image);
  return { layout: "image", value };
};

export const reorg: Entry<"reorg"> = ({ tf, attributes, inputs: [input], shape }) =>
  caffe(composed.reorg(arrayOps(tf), input!.caffe, attributes, shape));

/** Positions outside the table select its first or last row. */
export const gather: Entry<"gather"> = ({ tf, inputs: [positions, table] }) => {
  const last = tf.number(fixed(table!.shape[0]!) - 1);
  const nearest = tf.binary("Minimum", tf.binary("Maximum", positions!.caffe, tf.number(0)), last);
  return caffe(tf.gather(table!.caffe, tf.cast(nearest, "int"), 0));
};
