/**
 * Runs graphs on an engine, from their inputs or from other values on.
 *
 * @module
 */
import type { Engine } from "../runtime/engine.ts";
import type { Graph, Value } from "../runtime/graph.ts";
import type { runReference } from "../runtime/reference.ts";

/** Computes values of a graph from the tensors of its inputs. */
export type Executor = typeof runReference;

/** Runs graphs on an engine. */
export function runOn(engine: Engine): Executor {
  return async (graph, inputs, outputs) => {
    const program = await engine.prepare(graph, outputs);
    try {
      return await program.run(inputs);
    } finally {
      program.destroy();
    }
  };
}

/** The graph with some values as inputs, which are no longer computed. */
export function feed(graph: Graph, values: readonly Value[]): Graph {
  const nodes = graph.nodes.filter(({ output }) => !values.includes(output));
  return { ...graph, inputs: [...graph.inputs, ...values], nodes };
}
