/**
 * Builds an ONNX graph. Each call adds a node and returns its result, whose shape is known but for the
 * extents that depend on the batch, which are −1.
 *
 * The operators are those of opset 18, the first whose Resize takes extents of some axes alone.
 *
 * @see https://onnx.ai/onnx/operators/
 * @module
 */
import { count, type Shape } from "../../../runtime/tensor.ts";
import { broadcast } from "../broadcast.ts";
import { BatchMatters, fixed } from "../open_batch.ts";
import type { RoundedRows } from "../rounded_rows.ts";
import { type OnnxAttributes, type OnnxType, type OnnxValue, typeNumbers } from "./node.ts";
import { NodeBuilder } from "./node_builder.ts";

/** How many elements are put before and after an axis. */
export type Padding = readonly [before: number, after: number];

/** A part of one axis: every `step`-th element from `start` on, up to but without `end`. */
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
  /** How many are kept at most of each of B; all, if it is left out. */
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
  /** Weights that are kept in few bits, each output's times a scale of its own if there are any. */
  rounded(name: string, shape: Shape, type: "float16" | "int8", rows: RoundedRows): OnnxValue {
    this.scope = name;
    const wide = this.cast({ name, shape, type, data: rows }, "float");
    if (type === "float16") return wide;
    // The scales are known when the weights have been written, which are read first.
    const along = [shape[0]!, ...shape.slice(1).map(() => 1)];
    return this.multiply(wide, this.constant(`${name}/scales`, along, rows.scales));
  }

  /** A function of every element. */
  unary(op: Unary, x: OnnxValue): OnnxValue {
    return this.node(op, [x], x.shape, {}, x.type);
  }

  /** A function of two elements; shapes are matched from their last axes on. */
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

  /** `x` times a number; nothing, if that is 1. */
  scale(x: OnnxValue, factor: number): OnnxValue {
    return factor === 1 ? x : this.multiply(x, this.number(factor));
  }

  square(x: OnnxValue): OnnxValue {
    return this.multiply(x, x);
  }

  /** Whether two elements are so. */
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

  /** The elements as another type; fractions are cut off. */
  cast(x: OnnxValue, type: OnnxType): OnnxValue {
    return x.type === type
      ? x
      : this.node("Cast", [x], x.shape, { to: { i: typeNumbers[type] } }, type);
  }

  /** The elements between two numbers; an infinite one is no bound. */
  clip(x: OnnxValue, low: number, high: number): OnnxValue {
    if (low === -Infinity && high === Infinity) return this.unary("Identity", x);
    const bounds = [low, high].map((one) => Number.isFinite(one) ? this.number(one) : undefined);
    return this.node("Clip", [x, ...bounds], x.shape, {}, x.type);
  }

  /** The axes in another order; nothing, if it is the same. */
  transpose(x: OnnxValue, order: Shape): OnnxValue {
    if (order.every((axis, i) => axis === i)) return x;
    const shape = order.map((axis) => x.shape[axis]!);
    return this.node("Transpose", [x], shape, { perm: { ints: order } }, x.type);
  }

  /** The same elements under another shape, of which one extent may be −1. */
  reshape(x: OnnxValue, shape: Shape): OnnxValue {
    const { length } = shape;
    if (length === x.shape.length && shape.every((extent, i) => extent === x.shape[i])) return x;
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

  /** The elements of an axis the other way round. */
  reverse(x: OnnxValue, axis: number): OnnxValue {
    // An end so far before the first element is before it whatever the extent.
    const inputs = [[-1], [-(2 ** 31)], [axis], [-1]].map((values) => this.ints(values));
    return this.node("Slice", [x, ...inputs], x.shape, {}, x.type);
  }

  /** Puts a number around rows and columns; nothing, if there is no padding. */
  padImages(x: OnnxValue, down: Padding, along: Padding, value = 0): OnnxValue {
    if ([...down, ...along].every((extent) => extent === 0)) return x;
    const [batch, channels, height, width] = x.shape as [number, number, number, number];
    const shape = [batch, channels, height + down[0] + down[1], width + along[0] + along[1]];
    const pads = this.ints([0, 0, down[0], along[0], 0, 0, down[1], along[1]]);
    return this.node("Pad", [x, pads, this.number(value)], shape);
  }

  /** Tensors one after the other along an axis. */
  concat(values: readonly OnnxValue[], axis: number): OnnxValue {
    const [first] = values;
    if (values.length === 1) return first!;
    const extents = values.map(({ shape }) => shape[axis]!);
    const joined = extents.includes(-1) ? -1 : extents.reduce((a, b) => a + b);
    const shape = first!.shape.with(axis, joined);
    return this.node("Concat", values, shape, { axis: { i: axis } }, first!.type);
  }

  /** The slices of an axis that whole numbers name. */
  gather(x: OnnxValue, indices: OnnxValue, axis: number): OnnxValue {
    const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
    return this.node("Gather", [x, indices], shape, { axis: { i: axis } }, x.type);
  }

  /**
   * The slices of `[samples, extent, …]` that the whole numbers `[samples, count]` name, for each
   * sample others: `[samples, count, …]`.
   */
  gatherEach(x: OnnxValue, indices: OnnxValue): OnnxValue {
    const [samples, , ...rest] = x.shape;
    const places = indices.shape[1]!;
    const listed = this.reshape(indices, [samples!, places, 1]);
    const shape = [samples!, places, ...rest];
    return this.node("GatherND", [x, listed], shape, { batch_dims: { i: 1 } }, x.type);
  }

  /** What the elements along axes come to. */
  reduce(op: Reduction, x: OnnxValue, axes: Shape, keep = false): OnnxValue {
    const shape = x.shape.flatMap((extent, i) => axes.includes(i) ? keep ? [1] : [] : [extent]);
    return this.node(op, [x, this.ints(axes)], shape, { keepdims: { i: keep ? 1 : 0 } }, x.type);
  }

  /** The product of matrices, which are the last two axes. */
  matMul(a: OnnxValue, b: OnnxValue): OnnxValue {
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.node("MatMul", [a, b], [...batch, a.shape.at(-2)!, b.shape.at(-1)!]);
  }

  /** The position of the largest element along an axis: the first one, of several. */
  argMax(x: OnnxValue, axis: number): OnnxValue {
    const settings = { axis: { i: axis }, keepdims: { i: 0 } };
    return this.node("ArgMax", [x], x.shape.toSpliced(axis, 1), settings, "int64");
  }

  /** The largest or smallest elements along the last axis, those first, and their positions. */
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
   * Non-maximum suppression of boxes `[B, places, 4]` with scores `[B, 1, places]`, the best first.
   *
   * @returns `[selected, 3]`: of which of B, 0, and the place.
   */
  suppress(
    boxes: OnnxValue,
    scores: OnnxValue,
    { overlap, least, most = boxes.shape[1]! }: Suppression,
  ): OnnxValue {
    const one = (value: number) => this.reshape(this.number(value), [1]);
    const inputs = [boxes, scores, this.ints([most]), one(Math.min(1, overlap))];
    if (least !== -Infinity) inputs.push(one(least));
    return this.node("NonMaxSuppression", inputs, [-1, 3], {}, "int64");
  }

  /** The sums of what stands before each element along an axis, and of the element itself. */
  cumulate(x: OnnxValue, axis: number): OnnxValue {
    return this.node("CumSum", [x, this.reshape(this.ints([axis]), [])], x.shape, {}, x.type);
  }

  /** How many slices the first axis has, `[1]`. */
  length(x: OnnxValue): OnnxValue {
    return this.node("Shape", [x], [1], { end: { i: 1 } }, "int64");
  }

  /** The largest element of each window, and where in `[N, C, H, W]` it lies. */
  maxPool(x: OnnxValue, shape: Shape, attributes: OnnxAttributes) {
    const [values, indices] = this.results(
      "MaxPool",
      [x],
      [[shape, "float"], [shape, "int64"]],
      attributes,
    );
    return { values: values!, indices: indices! };
  }

  /** All elements of an axis and those after it as one, which must not depend on the batch. */
  flatten(x: OnnxValue, axis: number): OnnxValue {
    const before = x.shape.slice(0, axis), length = count(x.shape.slice(axis).map(fixed));
    return this.reshape(x, [before.includes(-1) ? -1 : count(before), length]);
  }
}
