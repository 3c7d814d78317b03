/**
 * Rewrites a graph node by node; a node may be merged with the node before it.
 *
 * @module
 */
import { numbersOf } from "../../proto/deferred.ts";
import { type Graph, type Node, resultsOf, type Value } from "../../runtime/graph.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { UniqueNames } from "../../runtime/unique_names.ts";
import { remainingNames } from "./remaining_names.ts";

/** What a rewrite may use. */
export interface MergeContext {
  /** The node that writes a value, if the value has one reader and is no result of the graph. */
  soleWriter(value: Value): Node | undefined;
  /** The numbers of a constant, `undefined` for other values. */
  dataOf(value: Value): Float32Array | undefined;
  /** The same without reading deferred numbers: see `proto/deferred.ts`. */
  deferredOf(value: Value): Float32Array | undefined;
  /**
   * The name for the result of two merged nodes: that of the first, unless it is the name of the
   * blob that the first alone computes.
   */
  mergedName(absorbed: Node, node: Node): string;
  /** Adds a constant. A number is appended to a name that is taken. */
  constant(name: string, tensor: Tensor): Value;
}

/** The replacement of one node, or of two. */
export interface Merged {
  /** The node before it that is merged into it, if any. */
  readonly absorbed?: Node;
  /** The new node. Its output replaces that of the old node. */
  readonly node: Node;
}

/**
 * The graph with every node replaced for which `merge` returns a replacement. Constants without
 * readers are dropped, and so are the names of values that no longer exist.
 */
export function mergeNodes(
  graph: Graph,
  merge: (node: Node, context: MergeContext) => Merged | undefined,
): Graph {
  const replaced = new Map<Value, Value>();
  const current = (value: Value) => replaced.get(value) ?? value;
  const readers = countReaders(graph);
  const writers = new Map<Value, Node>();
  const constants = new Map(graph.constants);
  /** New constants. Their final names depend on which of the old ones remain. */
  const added = new Set<{ name: string; readonly shape: Shape }>();
  const context: MergeContext = {
    soleWriter: (value) => readers.get(value) === 1 ? writers.get(value) : undefined,
    deferredOf: (value) => constants.get(value),
    dataOf(value) {
      const data = constants.get(value);
      return data && numbersOf(data);
    },
    mergedName({ output: { name }, output }, node) {
      const blob = graph.names.get(name);
      return blob !== undefined && current(blob) === output ? node.output.name : name;
    },
    constant(name, { shape, data }) {
      const value = { name, shape };
      added.add(value);
      constants.set(value, data);
      return value;
    },
  };
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map(current) } as Node;
    const merged = merge(node, context) ?? { node };
    if (merged.absorbed !== undefined) {
      writers.delete(merged.absorbed.output);
      // Constants that were added are read by one node each.
      for (const value of merged.absorbed.inputs) {
        const wasAdded = added.delete(value);
        if (wasAdded) constants.delete(value);
      }
    }
    writers.set(merged.node.output, merged.node);
    readers.set(merged.node.output, readers.get(original.output) ?? 0);
    replaced.set(original.output, merged.node.output);
  }
  const nodes = [...writers.values()];
  const states = graph.states.map(({ input, output }) => ({ input, output: current(output) }));
  const values = () => [...graph.inputs, ...writers.keys(), ...constants.keys()];
  const blobs = [...graph.names].map(([name, value]) => [name, current(value)] as const);
  const names = remainingNames(blobs, new Set<Value>(values()));

  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...names.values()]);
  for (const value of constants.keys()) if (!read.has(value)) constants.delete(value);
  const old = values().filter((value) => !added.has(value));
  const unique = new UniqueNames(old.map(({ name }) => name));
  for (const value of added.intersection(constants)) value.name = unique.take(value.name);
  return { ...graph, nodes, states, constants, names };
}

function countReaders(graph: Graph): Map<Value, number> {
  const readers = new Map<Value, number>();
  for (const value of [...graph.nodes.flatMap(({ inputs }) => inputs), ...resultsOf(graph)]) {
    readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  return readers;
}
