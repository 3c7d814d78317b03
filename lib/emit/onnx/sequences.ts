/**
 * Ops on sequences, and argmax, in ONNX's operators.
 *
 * @module
 */
import { axisOf } from "../../../runtime/tensor.ts";
import { ctcGreedy as greedyLabels, recurrent as unrolled } from "../composed.ts";
import { fixed } from "../open_batch.ts";
import { arrayOps } from "./array_ops.ts";
import type { Entry } from "./entry.ts";

/** ONNX's TopK prefers the first of equal values, Caffe the last: the axis is reversed. */
export const argMax: Entry<"argMax"> = ({ onnx, attributes, inputs: [x], shape }) => {
  const { top, result } = attributes;
  const rank = x!.shape.length, axis = axisOf(attributes.axis, rank);
  if (top === 1) {
    if (result === "value") return onnx.reduce("ReduceMax", x!, [axis], true);
    const settings = { axis: { i: axis }, select_last_index: { i: 1 } };
    return onnx.cast(onnx.node("ArgMax", [x!], shape, settings, "int64"), "float");
  }
  const order = [...x!.shape.keys()].filter((other) => other !== axis);
  const lines = onnx.reverse(onnx.transpose(x!, [...order, axis]), rank - 1);
  const { values, indices } = onnx.topK(lines, top);
  const last = onnx.number(fixed(x!.shape[axis]!) - 1);
  const found = result === "value" ? values : onnx.subtract(last, onnx.cast(indices, "float"));
  return onnx.transpose(found, [...order.keys()].toSpliced(axis, 0, rank - 1));
};

export const recurrent: Entry<"recurrent"> = ({ onnx, attributes, inputs }) => {
  const [gates, cont, ...rest] = inputs;
  const [first, weights] = [rest.slice(0, -1), rest.at(-1)!];
  return unrolled(arrayOps(onnx), attributes, gates!, cont!, first, weights);
};

export const ctcGreedy: Entry<"ctcGreedy"> = ({ onnx, attributes, inputs: [scores], shape }) =>
  greedyLabels(arrayOps(onnx), attributes, scores!, shape);
