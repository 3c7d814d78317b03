/**
 * What an export of a network gives out.
 *
 * @module
 */
import { type Graph, namedValues, type Value } from "../../runtime/graph.ts";

/**
 * The outputs of a network by name, and what it leaves for the next run by its own names: there a
 * state is one more input, and one more output.
 */
export function exportedOutputs(graph: Graph): ReadonlyMap<string, Value> {
  const known = namedValues(graph);
  const states = graph.states.map(({ output }) => [output.name, output] as const);
  return new Map([...graph.outputs.map((name) => [name, known.get(name)!] as const), ...states]);
}
