/**
 * BatchReduction of temporal segment networks: the mean or the sum along an axis, or the mean of the
 * `k` largest values there.
 *
 * With `level`, the axis is divided into one part for each, which has the square of the level as its
 * extent; a single level of 1, the default, is the whole axis, which the top lacks. With `pos`, only
 * the diagonal of this axis and the next counts.
 *
 * @see https://github.com/yjxiong/caffe
 * @see https://github.com/wanglimin/UntrimmedNet
 * @module
 */
import {
  bool,
  enumeration,
  float,
  int32,
  message,
  type MessageOf,
  nested,
  repeated,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { axisOf, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";

const ReductionParameter = message("ReductionParameter", {
  operation: enumeration(1, { SUM: 1, ASUM: 2, SUMSQ: 3, MEAN: 4, TOPK: -1 }, "SUM"),
  axis: int32(2, 0),
  /** It has no effect. */
  coeff: float(3, 1),
  k: int32(0, 1),
});

const BatchReductionParameter = message("BatchReductionParameter", {
  level: repeated(int32(1)),
  reduction_param: nested(2, ReductionParameter),
  pos: bool(3, false),
});

export const batchReduction = defineLayer({
  type: "BatchReduction",
  ops: ["argMax", "dense", "permute", "reduce", "reshape"],
  param: {
    name: "batch_reduction_param",
    number: 162,
    message: BatchReductionParameter,
  },

  lower(instance) {
    const { graph, name, param, bottoms: [bottom], shapes } = instance;
    const { operation, k, axis: given } = {
      ...{ operation: "SUM", k: 1, axis: 0 } as const,
      ...param.reduction_param,
    };
    if (operation === "ASUM" || operation === "SUMSQ") {
      throw new TypeError(`its operation is ${operation}, but it must be SUM, MEAN or TOPK`);
    }
    const axis = axisOf(given, shapes[0]!.length), extent = shapes[0]![axis]!;
    const { pos, level } = param;
    const isWhole = level.length === 0 || level.length === 1 && level[0] === 1;
    const parts = isWhole ? [extent] : level.map((side) => side * side);
    const total = parts.reduce((sum, part) => sum + part);
    if (total !== extent) {
      throw new TypeError(`the squares of its level ${showShape(level)} must add up to ${extent}`);
    }
    if ((pos || operation === "TOPK") && parts.length > 1) {
      throw new TypeError("it has more than one level, which pos and TOPK do not allow");
    }
    if (pos && (operation === "TOPK" || shapes[0]![axis + 1] !== extent)) {
      throw new TypeError(
        `it has pos, for which its bottom ${showShape(shapes[0]!)} must have two axes of one ` +
          "extent, and its operation must be SUM or MEAN",
      );
    }
    if (operation === "TOPK") {
      const largest = apply(graph, "argMax", `${name}/largest`, [bottom!], {
        axis,
        top: k,
        result: "value",
      });
      return [reduced(instance, largest, { axis, axes: 1, parts: [k], isWhole, isMean: true })];
    }
    const isMean = operation === "MEAN", axes = pos ? 2 : 1;
    const known = pos ? fixed(graph, name, bottom!, axis, axis + 2) : bottom!;
    return [reduced(instance, known, { axis, axes, parts, isWhole, isMean })];
  },
});

/** What is reduced: the diagonal of two axes, or the parts of one. */
interface Reduction {
  readonly axis: number;
  readonly axes: 1 | 2;
  readonly parts: readonly number[];
  readonly isWhole: boolean;
  readonly isMean: boolean;
}

function reduced(
  { graph, name }: LayerInstance<MessageOf<typeof BatchReductionParameter>>,
  value: Value,
  { axis, axes, parts, isWhole, isMean }: Reduction,
): Value {
  const rank = value.shape.length, end = axis + axes;
  const all = Array.from({ length: rank }, (_, i) => i);
  const order = [...all.slice(0, axis), ...all.slice(end), ...all.slice(axis, end)];
  const last = end === rank ? value : apply(graph, "permute", `${name}/last`, [value], { order });
  if (isWhole && axes === 1) {
    const operation = isMean ? "mean" : "sum";
    return apply(graph, "reduce", name, [last], { operation, axis: -1 });
  }
  const extent = value.shape[axis]!, length = extent ** axes;
  const data = new Float32Array(parts.length * length);
  let from = 0;
  for (const [row, part] of parts.entries()) {
    for (let i = from; i < from + part; i++) {
      data[row * length + (axes === 2 ? i * (extent + 1) : i)] = isMean ? 1 / part : 1;
    }
    from += part;
  }
  const weights = graph.constant(`${name}/weights`, { shape: [parts.length, length], data });
  const sums = apply(graph, "dense", `${name}/sums`, [last, weights], {
    output: parts.length,
    axis: -axes,
    bias: false,
  });
  const left = rank - axes;
  if (isWhole) return apply(graph, "reshape", name, [sums], { shape: [], axis: left, numAxes: 1 });
  const kept = Array.from({ length: left }, (_, i) => i);
  return apply(graph, "permute", name, [sums], { order: kept.toSpliced(axis, 0, left) });
}
