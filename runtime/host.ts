/**
 * Runs a graph in two parts where it has ops that pick and sort: the GPU computes all that comes
 * before them, in one pass with one readback, and plain loops the rest.
 *
 * ```
 * conv2d ─► … ─► locations ─┐                      GPU │ CPU
 *           … ─► scores    ─┼─► detectionOutput   ───────────►
 *           … ─► priors    ─┘
 * ```
 *
 * @module
 */
import type { Program } from "./engine.ts";
import { type Graph, type Node, prune, type Value } from "./graph.ts";
import { type AnyOp, ops } from "./ops/mod.ts";
import { runNode } from "./reference.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Makes a graph ready to run.
 *
 * @param prepare Makes a graph ready that has no such ops.
 */
export async function prepareWithHost(
  graph: Graph,
  outputs: readonly Value[],
  prepare: (graph: Graph, outputs: readonly Value[]) => Promise<Program>,
): Promise<Program> {
  const pruned = prune(graph, outputs);
  const late = lateNodes(pruned);
  if (late.size === 0) return await prepare(pruned, outputs);
  const { inputs, constants } = pruned;
  const written = new Set([...late].map(({ output }) => output));
  const wanted = new Set([...outputs, ...[...late].flatMap((node) => node.inputs)]);
  const early = [...wanted].filter((value) =>
    !written.has(value) && !constants.has(value) && !inputs.includes(value)
  );
  const nodes = pruned.nodes.filter((node) => !late.has(node));
  const program = await prepare({ ...pruned, nodes }, early);
  return {
    async run(given) {
      const results = await program.run(given);
      const tensors = new Map<Value, Tensor>();
      for (const [value, data] of constants) tensors.set(value, { shape: value.shape, data });
      inputs.forEach((value, i) => tensors.set(value, given[i]!));
      early.forEach((value, i) => tensors.set(value, results[i]!));
      for (const node of late) {
        tensors.set(node.output, runNode(node, node.inputs.map((value) => tensors.get(value)!)));
      }
      return outputs.map((value) => tensors.get(value)!);
    },
    destroy: () => program.destroy(),
  };
}

/** The nodes that only the CPU computes, and all that read their results. */
function lateNodes(graph: Graph): Set<Node> {
  const late = new Set<Node>();
  const written = new Set<Value>();
  for (const node of graph.nodes) {
    if ((ops[node.op] as AnyOp).host || node.inputs.some((value) => written.has(value))) {
      late.add(node);
      written.add(node.output);
    }
  }
  return late;
}
