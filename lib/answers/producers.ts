/**
 * Finds the nodes that produce values.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../runtime/graph.ts";

/** The node that produces each value. */
export type Producers = ReadonlyMap<Value, Node>;

/** The producers of a graph's values. */
export function producersOf({ nodes }: Graph): Producers {
  return new Map(nodes.map((node) => [node.output, node]));
}

/** The producer of a value, or, through any chain of the given ops, the node before them. */
export function beforeOps(
  producers: Producers,
  value: Value | undefined,
  ops: readonly string[],
): Node | undefined {
  let node = producers.get(value!);
  while (node !== undefined && ops.includes(node.op)) node = producers.get(node.inputs[0]!);
  return node;
}
