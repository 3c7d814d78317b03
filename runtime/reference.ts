/**
 * The reference engine: runs a graph by its ops' reference implementations.
 *
 * @module
 */
import type { Engine } from "./engine.ts";
import { type Graph, lastUses, type Node, opOf, prune, type Value, within } from "./graph.ts";
import { rest } from "./rest.ts";
import { count, sameShape, type Tensor } from "./tensor.ts";

/** The engine of reference implementations. */
export const referenceEngine: Engine = {
  description: "plain loops on the CPU",
  prepare(graph, outputs) {
    const needed = prune(graph, outputs);
    return Promise.resolve({
      run: (inputs) => runReference(needed, inputs, outputs),
      destroy() {},
    });
  },
  destroy() {},
};

/** Computes values of a graph from one tensor per input, in the graph's order. */
export async function runReference(
  graph: Graph,
  inputs: readonly Tensor[],
  outputs: readonly Value[],
): Promise<Tensor[]> {
  const tensors = new Map<Value, Tensor>();
  graph.inputs.forEach((value, i) => tensors.set(value, inputs[i]!));
  for (const [value, data] of graph.constants) tensors.set(value, { shape: value.shape, data });
  const uses = lastUses(graph, outputs);
  let start = performance.now();
  for (const [position, node] of graph.nodes.entries()) {
    tensors.set(node.output, runNode(node, node.inputs.map((value) => tensors.get(value)!)));
    // Frees values after their last use.
    for (const value of [...node.inputs, node.output]) {
      if (uses.get(value) === position && !graph.constants.has(value)) tensors.delete(value);
    }
    start = await rest(start);
  }
  return outputs.map((value) => tensors.get(value)!);
}

/** Computes one node, for inputs that may be smaller than in the graph. */
export function runNode(node: Node, inputs: readonly Tensor[]): Tensor {
  const op = opOf(node);
  const expected = inputs.every(({ shape }, i) => sameShape(shape, node.inputs[i]!.shape));
  const shape = expected
    ? node.output.shape
    : within(node, () => op.shape(node.attributes, inputs.map((input) => input.shape)));
  const output = { shape, data: new Float32Array(count(shape)) };
  return op.reference(node.attributes, inputs, output) ?? output;
}
