/**
 * Compiles a whole model to TensorFlow's ops.
 *
 * @module
 */
import { numbersOf } from "../../../proto/deferred.ts";
import { type Graph, namedValues, type Value } from "../../../runtime/graph.ts";
import type { Model } from "../../model.ts";
import { compile } from "./compile.ts";
import type { TfGraph } from "./node.ts";

/**
 * The TensorFlow graph of a model; deferred weights are loaded.
 *
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express.
 */
export function compileModel({ graph }: Model): TfGraph {
  graph.constants.forEach(numbersOf);
  return compile(graph, outputsOf(graph));
}

/**
 * The outputs of a network by name, followed by its states for the next run: in TensorFlow, a state
 * is an additional input and output.
 */
function outputsOf(graph: Graph): ReadonlyMap<string, Value> {
  const known = namedValues(graph);
  const states = graph.states.map(({ output }) => [output.name, output] as const);
  return new Map([...graph.outputs.map((name) => [name, known.get(name)!] as const), ...states]);
}
