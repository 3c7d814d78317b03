/**
 * Builds an ONNX graph. Each call adds a node and returns its result with a static shape, where −1
 * stands for extents that depend on the batch.
 *
 * The operators are those of opset 18, the first whose Resize accepts `axes`.
 *
 * @see https://onnx.ai/onnx/operators/
 * @module
 */
import { count, sameShape, type Shape, type Shape4 } from "../../../runtime/tensor.ts";
import { broadcast, concatenated, type Padding, reduced } from "../array_shapes.ts";
import { BatchMatters, fixed } from "../open_batch.ts";
import type { RoundedRows } from "../rounding/rounded_rows.ts";
import { type OnnxAttributes, type OnnxType, type OnnxValue, typeNumbers } from "./node.ts";
import { NodeBuilder } from "./node_builder.ts";

/** A part of one axis: every `step`-th element from `start` to `end`, exclusive. */
export interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

/** Settings of non-maximum suppression. */
export interface Suppression {
  /** Boxes whose IoU with a better one exceeds it are dropped. */
  readonly overlap: number;
  /** Scores must exceed it. */
  readonly least: number;
  /** The maximum number of boxes selected in each sample; all by default. */
  readonly most?: number;
}

type Unary =
  | "Abs"
  | "Ceil"
  | "Exp"
  | "Floor"
  | "Identity"
  | "Log"
  | "Relu"
  | "Sigmoid"
  | "Sign"
  | "Softplus"
  | "Sqrt"
  | "Tanh";

type Reduction =
  | "ReduceL1"
  | "ReduceL2"
  | "ReduceMax"
  | "ReduceMean"
  | "ReduceSum"
  | "ReduceSumSquare";

/** Builds an ONNX graph. */
export class OnnxBuilder extends NodeBuilder {
  /** Rounded weights, widened to float32; int8 ones are multiplied with the scales of their rows. */
  rounded(name: string, shape: Shape, type: "float16" | "int8", rows: RoundedRows): OnnxValue {
    this.scope = name;
    const wide = this.cast({ name, shape, type, data: rows }, "float");
    if (type === "float16") return wide;
    // The scales are known once the weights have been read: `rows` precedes them in the file.
    const along = [shape[0]!, ...shape.slice(1).map(() => 1)];
    return this.multiply(wide, this.constant(`${name}/scales`, along, rows.scales));
  }

  /** A function of every element. */
  unary(op: Unary, x: OnnxValue): OnnxValue {
    return this.node(op, [x], x.shape, {}, x.type);
  }

  /** A binary function with broadcasting. */
  binary(op: "Add" | "Div" | "Max" | "Min" | "Mul" | "Pow" | "Sub", a: OnnxValue, b: OnnxValue) {
    return this.node(op, [a, b], broadcast(a.shape, b.shape), {}, a.type);
  }

  add(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.binary("Add", a, b);
  }

  subtract(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.binary("Sub", a, b);
  }

  multiply(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.binary("Mul", a, b);
  }

  divide(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.binary("Div", a, b);
  }

  /** `x` times a number; no node if that is 1. */
  scale(x: OnnxValue, factor: number): OnnxValue {
    return factor === 1 ? x : this.multiply(x, this.number(factor));
  }

  square(x: OnnxValue): OnnxValue {
    return this.multiply(x, x);
  }

  /** An element-wise comparison. */
  compare(
    op: "And" | "Equal" | "Greater" | "GreaterOrEqual" | "Less",
    a: OnnxValue,
    b: OnnxValue,
  ): OnnxValue {
    return this.node(op, [a, b], broadcast(a.shape, b.shape), {}, "bool");
  }

  not(x: OnnxValue): OnnxValue {
    return this.node("Not", [x], x.shape, {}, "bool");
  }

  /** `a` where the condition holds, `b` elsewhere. */
  where(condition: OnnxValue, a: OnnxValue, b: OnnxValue): OnnxValue {
    const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
    return this.node("Where", [condition, a, b], shape, {}, a.type);
  }

  /** Converts the element type; fractions are truncated. */
  cast(x: OnnxValue, type: OnnxType): OnnxValue {
    return x.type === type
      ? x
      : this.node("Cast", [x], x.shape, { to: { i: typeNumbers[type] } }, type);
  }

  /** Clamps the elements to a range; an infinite bound is none. */
  clip(x: OnnxValue, low: number, high: number): OnnxValue {
    if (low === -Infinity && high === Infinity) return this.unary("Identity", x);
    const bounds = [low, high].map((bound) =>
      Number.isFinite(bound) ? this.number(bound) : undefined
    );
    return this.node("Clip", [x, ...bounds], x.shape, {}, x.type);
  }

  /** Permutes the axes; no node if the order is the same. */
  transpose(x: OnnxValue, order: Shape): OnnxValue {
    if (order.every((axis, i) => axis === i)) return x;
    const shape = order.map((axis) => x.shape[axis]!);
    return this.node("Transpose", [x], shape, { perm: { ints: order } }, x.type);
  }

  /** Reshapes; one extent may be −1. */
  reshape(x: OnnxValue, shape: Shape): OnnxValue {
    if (sameShape(shape, x.shape)) return x;
    if (shape.filter((extent) => extent === -1).length > 1) throw new BatchMatters();
    if (x.data !== undefined) return { ...x, shape };
    return this.node("Reshape", [x, this.ints(shape)], shape, {}, x.type);
  }

  /** A block: parts of some axes. */
  slice(x: OnnxValue, ranges: readonly Range[]): OnnxValue {
    const cut = ranges.filter(({ axis, start, end, step = 1 }) =>
      start !== 0 || end !== x.shape[axis] || step !== 1
    );
    if (cut.length === 0) return x;
    const shape = cut.reduce((shape: Shape, { axis, start, end, step = 1 }) => {
      return shape.with(axis, Math.ceil((end - start) / step));
    }, x.shape);
    const inputs = [
      this.ints(cut.map(({ start }) => start)),
      this.ints(cut.map(({ end }) => end)),
      this.ints(cut.map(({ axis }) => axis)),
      this.ints(cut.map(({ step = 1 }) => step)),
    ];
    return this.node("Slice", [x, ...inputs], shape, {}, x.type);
  }

  /** A part of one axis. */
  sliceAxis(x: OnnxValue, axis: number, start: number, length: number): OnnxValue {
    return this.slice(x, [{ axis, start, end: start + length }]);
  }

  /** Reverses an axis. */
  reverse(x: OnnxValue, axis: number): OnnxValue {
    // The end precedes the first element, whatever the extent.
    const inputs = [[-1], [-(2 ** 31)], [axis], [-1]].map((values) => this.ints(values));
    return this.node("Slice", [x, ...inputs], x.shape, {}, x.type);
  }

  /** Constant padding of rows and columns; no node if there is none. */
  padImages(x: OnnxValue, down: Padding, along: Padding, value = 0): OnnxValue {
    if ([...down, ...along].every((extent) => extent === 0)) return x;
    const [batch, channels, height, width] = x.shape as Shape4;
    const shape = [batch, channels, height + down[0] + down[1], width + along[0] + along[1]];
    const pads = this.ints([0, 0, down[0], along[0], 0, 0, down[1], along[1]]);
    return this.node("Pad", [x, pads, this.number(value)], shape);
  }

  /** Concatenates tensors along an axis. */
  concat(values: readonly OnnxValue[], axis: number): OnnxValue {
    const [first] = values;
    if (values.length === 1) return first!;
    const shape = concatenated(values.map(({ shape }) => shape), axis);
    return this.node("Concat", values, shape, { axis: { i: axis } }, first!.type);
  }

  /** The slices of an axis at given indices. */
  gather(x: OnnxValue, indices: OnnxValue, axis: number): OnnxValue {
    const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
    return this.node("Gather", [x, indices], shape, { axis: { i: axis } }, x.type);
  }

  /** The slices of `[samples, extent, …]` at indices `[samples, count]`: `[samples, count, …]`. */
  gatherEach(x: OnnxValue, indices: OnnxValue): OnnxValue {
    const [samples, , ...rest] = x.shape;
    const count = indices.shape[1]!;
    const tuples = this.reshape(indices, [samples!, count, 1]);
    const shape = [samples!, count, ...rest];
    return this.node("GatherND", [x, tuples], shape, { batch_dims: { i: 1 } }, x.type);
  }

  /** A reduction along axes. */
  reduce(op: Reduction, x: OnnxValue, axes: Shape, keep = false): OnnxValue {
    const shape = reduced(x.shape, axes, keep);
    return this.node(op, [x, this.ints(axes)], shape, { keepdims: { i: keep ? 1 : 0 } }, x.type);
  }

  /** The product of matrices along the last two axes. */
  matMul(a: OnnxValue, b: OnnxValue): OnnxValue {
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.node("MatMul", [a, b], [...batch, a.shape.at(-2)!, b.shape.at(-1)!]);
  }

  /** The index of the largest element along an axis; the first of equals. */
  argMax(x: OnnxValue, axis: number): OnnxValue {
    const settings = { axis: { i: axis }, keepdims: { i: 0 } };
    return this.node("ArgMax", [x], x.shape.toSpliced(axis, 1), settings, "int64");
  }

  /** The `k` largest or smallest elements along the last axis, in this order, and their indices. */
  topK(x: OnnxValue, k: number | OnnxValue, which: "largest" | "smallest" = "largest") {
    const shape = x.shape.with(-1, typeof k === "number" ? k : -1);
    const [values, indices] = this.results(
      "TopK",
      [x, typeof k === "number" ? this.ints([k]) : k],
      [[shape, x.type], [shape, "int64"]],
      { axis: { i: -1 }, largest: { i: which === "largest" ? 1 : 0 } },
    );
    return { values: values!, indices: indices! };
  }

  /**
   * Non-maximum suppression of boxes `[samples, boxes, 4]` with scores `[samples, 1, boxes]`, the best
   * first.
   *
   * @returns `[selected, 3]`: the indices of the sample, of the class (0) and of the box.
   */
  suppress(
    boxes: OnnxValue,
    scores: OnnxValue,
    { overlap, least, most = boxes.shape[1]! }: Suppression,
  ): OnnxValue {
    const vector = (value: number) => this.reshape(this.number(value), [1]);
    const inputs = [boxes, scores, this.ints([most]), vector(Math.min(1, overlap))];
    if (least !== -Infinity) inputs.push(vector(least));
    return this.node("NonMaxSuppression", inputs, [-1, 3], {}, "int64");
  }

  /** The inclusive cumulative sum along an axis. */
  cumulate(x: OnnxValue, axis: number): OnnxValue {
    return this.node("CumSum", [x, this.reshape(this.ints([axis]), [])], x.shape, {}, x.type);
  }

  /** The extent of the first axis, `[1]`. */
  length(x: OnnxValue): OnnxValue {
    return this.node("Shape", [x], [1], { end: { i: 1 } }, "int64");
  }

  /** The largest element of each window, and its index in the whole tensor. */
  maxPool(x: OnnxValue, shape: Shape, attributes: OnnxAttributes) {
    const [values, indices] = this.results(
      "MaxPool",
      [x],
      [[shape, "float"], [shape, "int64"]],
      attributes,
    );
    return { values: values!, indices: indices! };
  }

  /** A matrix, whose columns are the given axis and those after it; they must have known extents. */
  flatten(x: OnnxValue, axis: number): OnnxValue {
    const before = x.shape.slice(0, axis), length = count(x.shape.slice(axis).map(fixed));
    return this.reshape(x, [before.includes(-1) ? -1 : count(before), length]);
  }
}
