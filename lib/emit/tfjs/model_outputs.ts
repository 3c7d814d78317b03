/**
 * What an export gives out, and the refusal of models that have no weights.
 *
 * @module
 */
import { type Graph, namedValues, type Value } from "../../../runtime/graph.ts";
import type { Model } from "../../model.ts";

/**
 * The outputs of a network by name, and what it leaves for the next run by its own names: there a
 * state is one more input, and one more output.
 */
export function outputsOf(graph: Graph): ReadonlyMap<string, Value> {
  const known = namedValues(graph);
  const states = graph.states.map(({ output }) => [output.name, output] as const);
  return new Map([...graph.outputs.map((name) => [name, known.get(name)!] as const), ...states]);
}

/**
 * Refuses a model whose layers were given no weights.
 *
 * @throws {TypeError} that names the first of them.
 */
export function expectWeights({ untrained }: Model, what: string): void {
  if (untrained.length === 0) return;
  const [first, ...others] = untrained;
  throw new TypeError(
    `Cannot write the ${what}: layer "${first}"` +
      (others.length > 0 ? ` and ${others.length} others have` : " has") +
      " no weights; give the caffemodel",
  );
}
