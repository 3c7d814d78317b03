/**
 * Rewrites ops without kernels in terms of ops with kernels.
 *
 * @module
 */
import { getOrInsertComputed } from "./get_or_insert_computed.ts";
import type { Graph, Node, Value } from "./graph.ts";
import type { OpName } from "./ops/mod.ts";
import { functions } from "./ops/unary.ts";
import { unfoldDepth } from "./unfold_depth.ts";

/**
 * The nodes that compute a node, and the activation after it if there is one; `undefined` if their
 * intermediate values would exceed `maxBytes`.
 */
type Unfold<Name extends OpName | "custom"> = (
  node: Node<Name>,
  after: Node | undefined,
  constants: Map<Value, Float32Array>,
  maxBytes: number,
) => Node[] | undefined;

const table: { readonly [Name in OpName]?: Unfold<Name> } = {
  conv3d: unfoldDepth,
};

/** The graph with such ops rewritten, where intermediate values stay within `maxBytes`. */
export function unfold(graph: Graph, outputs: readonly Value[], maxBytes: number): Graph {
  const unfoldOf = ({ op }: Node) =>
    op === "custom" ? undefined : table[op] as Unfold<OpName | "custom"> | undefined;
  if (!graph.nodes.some(unfoldOf)) return graph;
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const value of node.inputs) getOrInsertComputed(readers, value, () => []).push(node);
  }
  const constants = new Map(graph.constants), merged = new Set<Node>();
  const nodes = graph.nodes.flatMap((node) => {
    if (merged.has(node)) return [];
    const [reader, ...others] = readers.get(node.output) ?? [];
    // A following activation is moved next to the sums, so that it can be fused with them.
    const isSole = others.length === 0 && !outputs.includes(node.output);
    const after = isSole && Object.hasOwn(functions, reader?.op ?? "") ? reader : undefined;
    const unfolded = unfoldOf(node)?.(node, after, constants, maxBytes);
    if (unfolded && after) merged.add(after);
    return unfolded ?? [node];
  });
  return { ...graph, nodes, constants };
}
