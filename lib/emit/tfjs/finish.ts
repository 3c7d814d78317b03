/**
 * Finishes a TensorFlow graph: drops unread nodes, and makes names unique.
 *
 * @module
 */
import type { TfBuilder } from "./builder.ts";
import type { TfGraph, TfNode, TfValue } from "./node.ts";
import { NodeNames } from "./node_names.ts";

/**
 * The finished graph.
 *
 * @param preferred Names for nodes that are named after their op so far.
 * @param marked Values whose nodes are reported, if the graph contains them.
 */
export function finish(
  tf: TfBuilder,
  inputs: ReadonlyMap<string, TfValue>,
  outputs: ReadonlyMap<string, TfValue>,
  preferred: ReadonlyMap<TfNode, string>,
  marked: ReadonlyMap<string, TfValue>,
): TfGraph {
  const results = distinct(tf, outputs);
  const names = new NodeNames();
  const nodes = new Map<TfNode, TfNode>();
  const constants = new Map<TfNode, TfValue>();
  /** Copies a node and those before it; iterative, because networks are deep. */
  const visit = (last: TfNode): void => {
    const waiting = [last];
    while (waiting.length > 0) {
      const node = waiting.at(-1)!;
      const before = node.inputs.filter((input) => !nodes.has(input.node));
      if (nodes.has(node) || before.length === 0) {
        waiting.pop();
        if (nodes.has(node)) continue;
        const name = names.take(preferred.get(node) ?? node.name);
        nodes.set(node, { ...node, name, inputs: node.inputs.map(copyOf) });
      } else {
        waiting.push(...before.map((input) => input.node).reverse());
      }
    }
  };
  const copyOf = (value: TfValue): TfValue => {
    const copied = { ...value, node: nodes.get(value.node)! };
    if (copied.data !== undefined) constants.set(copied.node, copied);
    return copied;
  };
  const copyAll = (values: ReadonlyMap<string, TfValue>) =>
    new Map([...values].map(([name, value]) => {
      visit(value.node);
      return [name, copyOf(value)] as const;
    }));
  const copied = { inputs: copyAll(inputs), outputs: copyAll(results) };
  const marks = new Map([...marked].flatMap(([name, { node }]) => {
    const copy = nodes.get(node);
    return copy === undefined ? [] : [[name, copy] as const];
  }));
  return { nodes: [...nodes.values()], constants, ...copied, marks };
}

/** Makes each output a distinct node that is neither an input nor a constant. */
function distinct(tf: TfBuilder, outputs: ReadonlyMap<string, TfValue>): Map<string, TfValue> {
  const taken = new Set<TfNode>();
  return new Map([...outputs].map(([name, value]) => {
    const { node } = value;
    const isOwn = node.op !== "Placeholder" && node.op !== "Const" && !taken.has(node);
    taken.add(node);
    return [name, isOwn ? value : tf.named(value, name)] as const;
  }));
}
