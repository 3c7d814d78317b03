/**
 * Fixes the extents that a layer was lowered for.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { apply } from "./layer.ts";

/**
 * The same value with the extents of a range of axes fixed, because the nodes that follow depend on
 * them. Running with other extents fails; nothing is computed.
 */
export function fixed(
  graph: GraphBuilder,
  name: string,
  value: Value,
  from: number,
  end?: number,
): Value {
  return value.shape.slice(from, end).reduce((same, extent, i) => {
    const axis = from + i, settings = { shape: [extent], axis, numAxes: 1 };
    return apply(graph, "reshape", `${name}/axis${axis}`, [same], settings);
  }, value);
}

/** The same value, which holds only while a range of axes of another one has its extents. */
export function whileFixed(
  graph: GraphBuilder,
  name: string,
  value: Value,
  other: Value,
  from: number,
  end?: number,
): Value {
  const known = fixed(graph, `${name}/known`, other, from, end);
  return apply(graph, "reshape", name, [value, known], { shape: [], numAxes: 0 });
}
