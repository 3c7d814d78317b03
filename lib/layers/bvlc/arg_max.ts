/**
 * ArgMax: the indices of the largest values, along an axis or of each whole sample.
 *
 * Without an axis the top is `[N, 1, k]`, or `[N, 2, k]` with the values after the indices, padded
 * with axes of 1 to the bottom's rank. With an axis it holds either indices or values. Among equal
 * values the later one ranks first; TensorFlow's `argMax` takes the first.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/argmax_layer.cpp
 *
 * @module
 */
import { bool, int32, message, onlyWith, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply, defineLayer } from "../layer.ts";

export const argMax = defineLayer({
  type: "ArgMax",
  ops: ["argMax", "concat", "reshape"],
  param: {
    name: "argmax_param",
    number: 103,
    message: message("ArgMaxParameter", {
      out_max_val: bool(1, false),
      top_k: uint32(2, 1),
      axis: int32(3),
      ...onlyWith({ min_first: false }),
    }),
  },

  lower({ graph, name, param: { out_max_val, top_k: top, axis }, bottoms: [bottom] }) {
    if (top === 0) throw new TypeError("its top_k is 0, but it must be at least 1");
    if (axis === undefined) return [ofSamples(graph, name, bottom!, top, out_max_val)];
    const result = out_max_val ? "value" : "index";
    return [apply(graph, "argMax", name, [bottom!], { axis, top, result })];
  },
});

/**
 * The largest values of each sample.
 *
 *     [N, C, H, W]  →  [N, C·H·W]  →  positions [N, k], values [N, k]  →  [N, 2·k]  →  [N, 2, k, 1]
 */
function ofSamples(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  top: number,
  withValues: boolean,
): Value {
  const flat = bottom.shape.length === 2
    ? bottom
    : apply(graph, "reshape", `${name}/flat`, [bottom], { shape: [-1], axis: 1 });
  const find = (result: "index" | "value") =>
    apply(graph, "argMax", `${name}/${result}`, [flat], { axis: 1, top, result });
  const found = withValues
    ? apply(graph, "concat", `${name}/pairs`, [find("index"), find("value")], { axis: 1 })
    : find("index");
  const ones = new Array<number>(Math.max(0, bottom.shape.length - 3)).fill(1);
  const shape = [withValues ? 2 : 1, top, ...ones];
  return apply(graph, "reshape", name, [found], { shape, axis: 1 });
}
