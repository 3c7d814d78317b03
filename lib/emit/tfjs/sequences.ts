/**
 * Ops on sequences, and argmax, in TensorFlow's ops.
 *
 * @module
 */
import { axisOf } from "../../../runtime/tensor.ts";
import { ctcGreedy as greedyLabels, recurrent as unrolled } from "../composed.ts";
import { fixed } from "../open_batch.ts";
import { arrayOps } from "./array_ops.ts";
import type { Entry } from "./entry.ts";
import { caffe } from "./operand.ts";

/** TensorFlow prefers the first of equal values, Caffe the last: the axis is reversed. */
export const argMax: Entry<"argMax"> = ({ tf, attributes, inputs: [input] }) => {
  const { top, result } = attributes;
  const rank = input!.shape.length;
  const axis = axisOf(attributes.axis, rank);
  const length = fixed(input!.shape[axis]!);
  const order = [...input!.shape.keys()].filter((other) => other !== axis);
  const lines = tf.reverse(tf.transpose(input!.caffe, [...order, axis]), rank - 1);
  const { values, indices } = top === 1
    ? { values: tf.reduce("Max", lines, [rank - 1], true), indices: tf.argMax(lines, rank - 1) }
    : tf.topK(lines, top);
  let found = values;
  if (result === "index") {
    const shape = [...lines.shape.slice(0, -1), top];
    found = tf.subtract(tf.number(length - 1), tf.cast(tf.reshape(indices, shape), "float"));
  }
  return caffe(tf.transpose(found, [...order.keys()].toSpliced(axis, 0, rank - 1)));
};

export const recurrent: Entry<"recurrent"> = ({ tf, attributes, inputs }) => {
  const [gates, cont, ...rest] = inputs.map((input) => input.caffe);
  const [first, weights] = [rest.slice(0, -1), rest.at(-1)!];
  return caffe(unrolled(arrayOps(tf), attributes, gates!, cont!, first, weights));
};

export const ctcGreedy: Entry<"ctcGreedy"> = ({ tf, attributes, inputs: [scores], shape }) =>
  caffe(greedyLabels(arrayOps(tf), attributes, scores!.caffe, shape));
