/**
 * Ops on sequences and on the order of numbers, in TensorFlow's.
 *
 * @module
 */
import { axisOf } from "../../../runtime/tensor.ts";
import { type Entry, fixed } from "./entry.ts";
import type { TfValue } from "./node.ts";
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

/** Unrolled step by step, so the number of steps must be known. */
export const recurrent: Entry<"recurrent"> = ({ tf, attributes, inputs }) => {
  const [gates, cont, ...rest] = inputs;
  const weights = rest.at(-1)!.caffe;
  const [width, units] = weights.shape as [number, number];
  const [steps, batch] = [fixed(cont!.shape[0]!), cont!.shape[1]!];
  const first = rest.slice(0, -1).map((state) => tf.reshape(state.caffe, [batch, units]));
  let [hidden, cell] = first as [TfValue, TfValue?];
  const step = (state: TfValue) => tf.reshape(state, [1, batch, units]);
  const states: TfValue[] = [];
  for (let t = 0; t < steps; t++) {
    const goesOn = tf.reshape(tf.sliceAxis(cont!.caffe, 0, t, 1), [batch, 1]);
    const given = tf.reshape(tf.sliceAxis(gates!.caffe, 0, t, 1), [batch, width]);
    const sums = tf.add(given, tf.multiply(goesOn, tf.matMul(hidden, weights, true)));
    if (attributes.kind === "tanh") {
      hidden = tf.unary("Tanh", sums);
    } else {
      const gate = (k: number) => tf.sliceAxis(sums, 1, k * units, units);
      const [input, forget, output] = [0, 1, 2].map((k) => tf.unary("Sigmoid", gate(k)));
      cell = tf.add(
        tf.multiply(tf.multiply(goesOn, forget!), cell!),
        tf.multiply(input!, tf.unary("Tanh", gate(3))),
      );
      hidden = tf.multiply(output!, tf.unary("Tanh", cell));
    }
    states.push(step(hidden));
  }
  return caffe(tf.concat(cell === undefined ? states : [...states, step(cell)], 0));
};

/** A label's place is how many are kept up to it; each place sums up the one label that has it. */
export const ctcGreedy: Entry<"ctcGreedy"> = ({ tf, attributes, inputs: [scores], shape }) => {
  const [steps, sequences, classes] = scores!.shape as [number, number, number];
  const length = fixed(steps);
  const blank = attributes.blank < 0 ? attributes.blank + classes : attributes.blank;
  const best = tf.cast(tf.argMax(scores!.caffe, 2), "float");
  let isLabel = tf.compare("NotEqual", best, tf.number(blank));
  if (attributes.merge && length > 1) {
    const before = tf.pad(tf.sliceAxis(best, 0, 0, length - 1), [[1, 0], [0, 0]], -1);
    isLabel = tf.and(isLabel, tf.compare("NotEqual", best, before));
  }
  const kept = tf.cast(isLabel, "float");
  const places = tf.subtract(tf.cumulate(kept, 0), tf.number(1));
  const column = (x: TfValue) => tf.reshape(x, [length, sequences, 1]);
  const positions = Float32Array.from({ length }, (_, t) => t);
  const isThere = tf.cast(
    tf.compare("Equal", column(places), tf.floats([1, 1, length], positions)),
    "float",
  );
  const labels = tf.multiply(kept, tf.add(best, tf.number(1)));
  const sums = tf.reduce("Sum", tf.multiply(isThere, column(labels)), [0]);
  return caffe(tf.reshape(tf.subtract(sums, tf.number(1)), shape));
};
