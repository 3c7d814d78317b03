/**
 * The basic array ops in TensorFlow's ops.
 *
 * @module
 */
import type { ArrayOps } from "../composed.ts";
import type { TfBuilder } from "./builder.ts";
import { gatherEach } from "./gather_each.ts";
import type { TfValue } from "./node.ts";

const comparisons = {
  Equal: "Equal",
  Less: "Less",
  NotEqual: "NotEqual",
  NotLess: "GreaterEqual",
} as const;

/** The basic array ops; each call adds nodes to the graph. */
export function arrayOps(tf: TfBuilder): ArrayOps<TfValue> {
  return {
    number: (value) => tf.number(value),
    floats: (shape, data) => tf.floats(shape, data),
    add: (a, b) => tf.add(a, b),
    subtract: (a, b) => tf.subtract(a, b),
    multiply: (a, b) => tf.multiply(a, b),
    divide: (a, b) => tf.divide(a, b),
    scale: (x, factor) => tf.scale(x, factor),
    smaller: (a, b) => tf.binary("Minimum", a, b),
    timesTransposed: (a, b) => tf.matMul(a, b, true),
    unary: (op, x) => tf.unary(op, x),
    square: (x) => tf.unary("Square", x),
    raise: (x, exponent) => tf.binary("Pow", x, tf.number(exponent)),
    compare: (op, a, b) => tf.compare(comparisons[op], a, b),
    and: (a, b) => tf.and(a, b),
    select: (condition, a, b) => tf.select(condition, a, b),
    toIntegers: (x) => tf.cast(x, "int"),
    toFloats: (x) => tf.cast(x, "float"),
    reshape: (x, shape) => tf.reshape(x, shape),
    transpose: (x, order) => tf.transpose(x, order),
    sliceAxis: (x, axis, start, length) => tf.sliceAxis(x, axis, start, length),
    concat: (values, axis) => tf.concat(values, axis),
    sum: (x, axes) => tf.reduce("Sum", x, axes),
    mean: (x, axes) => tf.reduce("Mean", x, axes, true),
    cumulate: (x) => tf.cumulate(x, 0),
    firstLargest: (x) => tf.cast(tf.argMax(x, x.shape.length - 1), "float"),
    gatherEach: (x, positions) => gatherEach(tf, x, positions),
  };
}
