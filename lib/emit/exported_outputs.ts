/**
 * The outputs of an exported network.
 *
 * @module
 */
import { type Graph, namedValues, type Value } from "../../runtime/graph.ts";

/**
 * The outputs of a network by name, then the next values of its recurrent states by their values'
 * names: in an export, a state is an additional input and an additional output.
 */
export function exportedOutputs(graph: Graph): ReadonlyMap<string, Value> {
  const known = namedValues(graph);
  const states = graph.states.map(({ output }) => [output.name, output] as const);
  return new Map([...graph.outputs.map((name) => [name, known.get(name)!] as const), ...states]);
}
