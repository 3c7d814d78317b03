/**
 * ReduceSum, ReduceMean, ReduceMax, ReduceMin, ReduceL1 and ReduceL2 of Synopsys's fork, and Sum, the
 * older name of the first: reduce some axes, or all if none is listed. The reduced axes are removed, or
 * kept with extent 1.
 *
 * A Sum of several bottoms adds them, as in the fork for Simultaneous Detection and Segmentation; in
 * R*CNN scores [N, C] and [N, C, 1, 1].
 *
 * @see https://github.com/bharath272/caffe-sds/blob/master/src/caffe/layers/sum_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/reduce_mean_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/reduce_l2_layer.cpp
 * @module
 */
import { bool, int32, message, repeated } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { OpName } from "../../../runtime/ops/mod.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { type Reduce, reduceBy, reducedTo } from "../reduced.ts";
import { asManyAxes } from "../v1_axes.ts";

function reducing(type: string, param: string, ops: readonly OpName[], reduce: Reduce): Layer {
  return defineLayer({
    type,
    ops: ["permute", "reshape", ...ops],
    param: {
      name: param,
      message: message(`${type}Parameter`, { axis: repeated(int32(0)), keepdims: bool(0, false) }),
    },

    lower: ({ graph, name, param: { axis, keepdims }, bottoms: [bottom] }) => [
      reducedTo(graph, name, bottom!, reduce, { axes: axis, keeps: keepdims }),
    ],
  });
}

/** A norm, whose settings have ONNX's names. */
function norm(type: string, param: string, ops: readonly OpName[], reduce: Reduce): Layer {
  return defineLayer({
    type,
    ops: ["permute", "reshape", ...ops],
    param: {
      name: param,
      message: message(`${type}Parameter`, { axes: repeated(int32(1)), keepdims: int32(2, 1) }),
    },

    lower: ({ graph, name, param: { axes, keepdims }, bottoms: [bottom] }) => [
      reducedTo(graph, name, bottom!, reduce, { axes, keeps: keepdims === 1 }),
    ],
  });
}

/** The maximum over all axes from one on. */
function largest(graph: GraphBuilder, name: string, value: Value, axis: number): Value {
  const line = apply(graph, "reshape", `${name}/line`, [value], { shape: [-1], axis });
  const found = apply(graph, "argMax", `${name}/largest`, [line], { axis, result: "value" });
  return apply(graph, "reshape", name, [found], { shape: [], axis });
}

const reducingSum = reducing("Sum", "sum_param", ["reduce"], reduceBy("sum"));

const sumLayer: Layer = {
  ...reducingSum,
  ops: [...reducingSum.ops!, "eltwise"],
  bottoms: [1, Infinity],

  lower(instance) {
    const { graph, name, param, bottoms } = instance;
    if (bottoms.length > 1) {
      const values = asManyAxes(graph, name, bottoms);
      return [apply(graph, "eltwise", name, values, { operation: "sum" })];
    }
    // caffe-crowd and apollocaffe sum each sample, Synopsys's fork everything.
    if ((param as { readonly axis: readonly number[] }).axis.length === 0) {
      throw new TypeError(
        "it has no axes, and then some forks sum each sample, others the whole blob; list them, " +
          "as in sum_param { axis: [1, 2, 3] keepdims: true }",
      );
    }
    return reducingSum.lower!(instance);
  },
};

export const reductions: readonly Layer[] = [
  sumLayer,
  reducing("ReduceSum", "reduce_sum_param", ["reduce"], reduceBy("sum")),
  reducing("ReduceMean", "reduce_mean_param", ["reduce"], reduceBy("mean")),
  reducing("ReduceMax", "reduce_max_param", ["argMax"], largest),
  reducing("ReduceMin", "reduce_min_param", ["argMax", "power"], (graph, name, value, axis) => {
    const opposite = apply(graph, "power", `${name}/opposite`, [value], { scale: -1 });
    const found = largest(graph, `${name}/most`, opposite, axis);
    return apply(graph, "power", name, [found], { scale: -1 });
  }),
  norm("ReduceL1", "reduce_l1_param", ["reduce"], reduceBy("magnitudes")),
  norm("ReduceL2", "reduce_l2_param", ["power", "reduce"], (graph, name, value, axis) => {
    const squares = reduceBy("squares")(graph, `${name}/squares`, value, axis);
    return apply(graph, "power", name, [squares], { power: 0.5 });
  }),
];
