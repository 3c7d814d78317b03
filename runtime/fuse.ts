/**
 * Fuses residual sums and activations into the epilogue of the node before them.
 *
 * ```
 * conv2d ─► sum ─► relu            conv2d + residual + relu
 *            ▲              ►                ▲
 * shortcut ──┘                    shortcut ──┘
 * ```
 *
 * Requested outputs are never fused away, so the same bundle runs fast and still shows any blob.
 *
 * @module
 */
import { type Graph, type Node, opOf, type Value } from "./graph.ts";
import type { Activation, Epilogue } from "./ops/epilogue.ts";
import type { AttributesOf } from "./ops/attribute.ts";
import { functions, type UnaryName, type UnaryOp } from "./ops/unary.ts";

/** A node whose epilogue still has room; its attributes are known to have one. */
type Open = Node & { readonly attributes: Epilogue };

/** The graph with epilogues fused, except where a value of `outputs` would vanish. */
export function fuse(graph: Graph, outputs: readonly Value[]): Graph {
  const readers = new Map<Value, number>();
  const read = (value: Value) => readers.set(value, (readers.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(read);
  outputs.forEach(read);

  const writers = new Map<Value, Node>();
  /** The node that writes a value, if only one node reads it. */
  const soleWriter = (value: Value) => readers.get(value) === 1 ? writers.get(value) : undefined;
  for (const node of graph.nodes) {
    const [absorbed, merged] = mergeActivation(node, soleWriter) ??
      mergeResidual(node, soleWriter) ?? [undefined, node];
    // Deletes and inserts, so that the fused node comes after all of its inputs.
    if (absorbed !== undefined) writers.delete(absorbed.output);
    writers.set(merged.output, merged);
  }
  return { ...graph, nodes: [...writers.values()] };
}

type Merge = readonly [absorbed: Node, merged: Node] | undefined;

/** `op ─► f` becomes `op + f`. */
function mergeActivation(
  node: Node,
  soleWriter: (value: Value) => Node | undefined,
): Merge {
  if (!Object.hasOwn(functions, node.op)) return undefined;
  const before = soleWriter(node.inputs[0]!);
  if (before === undefined || !isOpen(before)) return undefined;
  const { apply } = functions[node.op as UnaryName] as UnaryOp<Record<string, never>>;
  const parameters = apply.parameters(node.attributes as AttributesOf<Record<string, never>>);
  // They become WGSL literals, which can be neither infinite nor float64.
  if (!parameters.every((p) => Number.isFinite(Math.fround(p)))) return undefined;
  const activation: Activation = { fn: node.op as UnaryName, parameters };
  return [before, withEpilogue(before, { activation }, before.inputs, node.output)];
}

/** `op ─► sum ◄─ other` becomes `op + other`. */
function mergeResidual(
  node: Node,
  soleWriter: (value: Value) => Node | undefined,
): Merge {
  if (node.op !== "eltwise" || node.inputs.length !== 2) return undefined;
  const { operation, coefficients } = node.attributes;
  if (operation !== "sum" || coefficients.some((coefficient) => coefficient !== 1)) {
    return undefined;
  }
  for (const [value, other] of [node.inputs, node.inputs.toReversed()] as [Value, Value][]) {
    const before = soleWriter(value);
    if (before === undefined || !isOpen(before) || before.op === "eltwise") continue;
    if (before.attributes.residual) continue;
    const inputs = [...before.inputs, other];
    return [before, withEpilogue(before, { residual: true }, inputs, node.output)];
  }
  return undefined;
}

/** Whether a node has an epilogue that can take more. */
function isOpen(node: Node): node is Open {
  return Object.hasOwn(opOf(node).schema, "activation") &&
    (node.attributes as unknown as Epilogue).activation === null;
}

function withEpilogue(
  node: Open,
  change: Partial<Epilogue>,
  inputs: readonly Value[],
  output: Value,
): Node {
  return { ...node, attributes: { ...node.attributes, ...change }, inputs, output } as Node;
}
