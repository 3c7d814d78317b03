/**
 * Finds the nodes that values come from.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../runtime/graph.ts";

/** For each value that a node gives, the node. */
export type Producers = ReadonlyMap<Value, Node>;

/** The producers of a graph's values. */
export function producersOf({ nodes }: Graph): Producers {
  return new Map(nodes.map((node) => [node.output, node]));
}

/** The last node on the way to a value that does more than some ops, each of which it goes back through. */
export function beforeOps(
  producers: Producers,
  value: Value | undefined,
  ops: readonly string[],
): Node | undefined {
  let node = producers.get(value!);
  while (node !== undefined && ops.includes(node.op)) node = producers.get(node.inputs[0]!);
  return node;
}
