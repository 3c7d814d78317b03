/**
 * Ops on sequences and on the order of numbers, in ONNX's operators.
 *
 * @module
 */
import { axisOf } from "../../../runtime/tensor.ts";
import { fixed } from "../open_batch.ts";
import type { Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

/** ONNX prefers the first of equal values, Caffe the last: the axis is turned round. */
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

/** Step after step, each a product of matrices: the number of steps must be known. */
export const recurrent: Entry<"recurrent"> = ({ onnx, attributes, inputs }) => {
  const [gates, cont, ...rest] = inputs;
  const weights = rest.at(-1)!;
  const [width, units] = weights.shape as [number, number];
  const [steps, batch] = [fixed(cont!.shape[0]!), cont!.shape[1]!];
  const columns = onnx.transpose(weights, [1, 0]);
  let [hidden, cell] = rest.slice(0, -1).map((state) => onnx.reshape(state, [batch, units])) as [
    OnnxValue,
    OnnxValue?,
  ];
  const step = (state: OnnxValue) => onnx.reshape(state, [1, batch, units]);
  const states: OnnxValue[] = [];
  for (let t = 0; t < steps; t++) {
    const goesOn = onnx.reshape(onnx.sliceAxis(cont!, 0, t, 1), [batch, 1]);
    const given = onnx.reshape(onnx.sliceAxis(gates!, 0, t, 1), [batch, width]);
    const sums = onnx.add(given, onnx.multiply(goesOn, onnx.matMul(hidden, columns)));
    if (attributes.kind === "tanh") {
      hidden = onnx.unary("Tanh", sums);
    } else {
      const gate = (k: number) => onnx.sliceAxis(sums, 1, k * units, units);
      const [input, forget, output] = [0, 1, 2].map((k) => onnx.unary("Sigmoid", gate(k)));
      cell = onnx.add(
        onnx.multiply(onnx.multiply(goesOn, forget!), cell!),
        onnx.multiply(input!, onnx.unary("Tanh", gate(3))),
      );
      hidden = onnx.multiply(output!, onnx.unary("Tanh", cell));
    }
    states.push(step(hidden));
  }
  return onnx.concat(cell === undefined ? states : [...states, step(cell)], 0);
};

/** A label's place is how many are kept up to it; each place sums up the one label that has it. */
export const ctcGreedy: Entry<"ctcGreedy"> = ({ onnx, attributes, inputs: [scores], shape }) => {
  const [steps, sequences, classes] = scores!.shape as [number, number, number];
  const length = fixed(steps);
  const blank = attributes.blank < 0 ? attributes.blank + classes : attributes.blank;
  const best = onnx.cast(
    onnx.node(
      "ArgMax",
      [scores!],
      [length, sequences],
      { axis: { i: 2 }, keepdims: { i: 0 } },
      "int64",
    ),
    "float",
  );
  const differs = (from: OnnxValue) => onnx.not(onnx.compare("Equal", best, from));
  let isLabel = differs(onnx.number(blank));
  if (attributes.merge && length > 1) {
    const first = onnx.subtract(onnx.scale(onnx.sliceAxis(best, 0, 0, 1), 0), onnx.number(1));
    const before = onnx.concat([first, onnx.sliceAxis(best, 0, 0, length - 1)], 0);
    isLabel = onnx.compare("And", isLabel, differs(before));
  }
  const kept = onnx.cast(isLabel, "float");
  const along = onnx.reshape(onnx.ints([0]), []);
  const places = onnx.subtract(onnx.node("CumSum", [kept, along], kept.shape), onnx.number(1));
  const column = (x: OnnxValue) => onnx.reshape(x, [length, sequences, 1]);
  const positions = Float32Array.from({ length }, (_, t) => t);
  const isThere = onnx.cast(
    onnx.compare("Equal", column(places), onnx.floats([1, 1, length], positions)),
    "float",
  );
  const labels = onnx.multiply(kept, onnx.add(best, onnx.number(1)));
  const sums = onnx.reduce("ReduceSum", onnx.multiply(isThere, column(labels)), [0]);
  return onnx.reshape(onnx.subtract(sums, onnx.number(1)), shape);
};
