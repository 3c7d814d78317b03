/**
 * Keeps a network from being run with other extents than those that a layer was lowered for.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { apply } from "./layer.ts";

/**
 * The same value, whose extents from an axis on must stay what they are: what follows says them, and
 * would mean something else for others. Nothing is computed.
 */
export function fixed(graph: GraphBuilder, name: string, value: Value, from: number): Value {
  return value.shape.slice(from).reduce((same, extent, i) => {
    const [axis, numAxes] = [from + i, 1];
    return apply(graph, "reshape", `${name}/axis${axis}`, [same], {
      shape: [extent],
      axis,
      numAxes,
    });
  }, value);
}
