/**
 * The basic array ops in ONNX's operators.
 *
 * @module
 */
import type { ArrayOps } from "../composed.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxValue } from "./node.ts";

const comparisons = { Equal: "Equal", Less: "Less", NotLess: "GreaterOrEqual" } as const;

/** The basic array ops; each call adds nodes to the graph. */
export function arrayOps(onnx: OnnxBuilder): ArrayOps<OnnxValue> {
  return {
    number: (value) => onnx.number(value),
    floats: (shape, data) => onnx.floats(shape, data),
    add: (a, b) => onnx.add(a, b),
    subtract: (a, b) => onnx.subtract(a, b),
    multiply: (a, b) => onnx.multiply(a, b),
    divide: (a, b) => onnx.divide(a, b),
    scale: (x, factor) => onnx.scale(x, factor),
    smaller: (a, b) => onnx.binary("Min", a, b),
    timesTransposed: (a, b) => {
      const shape = [a.shape[0]!, b.shape[0]!];
      return onnx.node("Gemm", [a, b], shape, { transB: { i: 1 } });
    },
    unary: (op, x) => onnx.unary(op, x),
    square: (x) => onnx.square(x),
    raise: (x, exponent) => onnx.binary("Pow", x, onnx.number(exponent)),
    compare: (op, a, b) =>
      op === "NotEqual"
        ? onnx.not(onnx.compare("Equal", a, b))
        : onnx.compare(comparisons[op], a, b),
    and: (a, b) => onnx.compare("And", a, b),
    select: (condition, a, b) => onnx.where(condition, a, b),
    toIntegers: (x) => onnx.cast(x, "int64"),
    toFloats: (x) => onnx.cast(x, "float"),
    reshape: (x, shape) => onnx.reshape(x, shape),
    transpose: (x, order) => onnx.transpose(x, order),
    sliceAxis: (x, axis, start, length) => onnx.sliceAxis(x, axis, start, length),
    concat: (values, axis) => onnx.concat(values, axis),
    sum: (x, axes) => onnx.reduce("ReduceSum", x, axes),
    mean: (x, axes) => onnx.reduce("ReduceMean", x, axes, true),
    cumulate: (x) => onnx.cumulate(x, 0),
    firstLargest: (x) => onnx.cast(onnx.argMax(x, x.shape.length - 1), "float"),
    gatherEach: (x, positions) => onnx.gatherEach(x, positions),
  };
}
