/**
 * The constants of a transformed graph.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";

/** The numbers of a graph's constants by name. */
export function constantsOf(graph: Graph): Record<string, number[]> {
  return Object.fromEntries([...graph.constants].map(([{ name }, data]) => [name, [...data]]));
}
