/**
 * Constant folding: what depends only on the shapes of the inputs, as prior boxes do, is computed when
 * a graph is prepared, not in each run.
 *
 * @module
 */
import { type Graph, opOf, type Value } from "./graph.ts";
import { runNode } from "./reference.ts";

/** The graph with constants for nodes that read only shapes, and for those that read only such nodes. */
export function foldConstants(graph: Graph): Graph {
  const folded = new Map<Value, Float32Array>();
  const nodes = graph.nodes.filter((node) => {
    const { inputs, output } = node, { readsShapes, host } = opOf(node);
    const known = inputs.map((value) => folded.get(value));
    // The size of what other ops of the host return is not known before they run.
    const isFixed = readsShapes || !host && inputs.length > 0 && known.every((data) => data);
    if (!isFixed) return true;
    const tensors = inputs.map(({ shape }, i) => ({ shape, data: known[i] ?? new Float32Array() }));
    folded.set(output, runNode(node, tensors).data);
    return false;
  });
  return { ...graph, nodes, constants: new Map([...graph.constants, ...folded]) };
}
