/**
 * Walks a graph and merges nodes into the node that comes before them.
 *
 * @module
 */
import { numbersOf } from "../../proto/deferred.ts";
import { type Graph, type Node, resultsOf, type Value } from "../../runtime/graph.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { UniqueNames } from "../../runtime/unique_names.ts";
import { remainingNames } from "./remaining_names.ts";

/** What a merge may use. */
export interface MergeContext {
  /** The node that writes a value which no other node reads and nobody gets. */
  soleWriter(value: Value): Node | undefined;
  /** The numbers of a constant, `undefined` for other values. */
  dataOf(value: Value): Float32Array | undefined;
  /** The same, but for numbers that are not there yet: see `proto/deferred.ts`. */
  deferredOf(value: Value): Float32Array | undefined;
  /**
   * What to call the result of two nodes as one: as the first is called, unless somebody who asks
   * for that name means what the first alone computes.
   */
  mergedName(absorbed: Node, node: Node): string;
  /** Adds a constant; a name that is taken gets a number. */
  constant(name: string, tensor: Tensor): Value;
}

/** One node in place of two, or in place of one. */
export interface Merged {
  /** The node before it that it takes in, if it does. */
  readonly absorbed?: Node;
  /** The new node; what read the old one reads its output. */
  readonly node: Node;
}

/**
 * The graph with every node replaced for which `merge` gives a replacement. Constants that nobody
 * reads any more are dropped, and so are the names of values that are gone.
 */
export function mergeNodes(
  graph: Graph,
  merge: (node: Node, context: MergeContext) => Merged | undefined,
): Graph {
  const replaced = new Map<Value, Value>();
  const now = (value: Value) => replaced.get(value) ?? value;
  const readers = countReaders(graph);
  const writers = new Map<Value, Node>();
  const constants = new Map(graph.constants);
  /** New constants; they get their names when it is known which old ones are left. */
  const added = new Set<{ name: string; readonly shape: Shape }>();
  const context: MergeContext = {
    soleWriter: (value) => readers.get(value) === 1 ? writers.get(value) : undefined,
    deferredOf: (value) => constants.get(value),
    dataOf(value) {
      const data = constants.get(value);
      return data && numbersOf(data);
    },
    mergedName({ output: { name }, output }, node) {
      const meant = graph.names.get(name);
      return meant !== undefined && now(meant) === output ? node.output.name : name;
    },
    constant(name, { shape, data }) {
      const value = { name, shape };
      added.add(value);
      constants.set(value, data);
      return value;
    },
  };
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map(now) } as Node;
    const merged = merge(node, context) ?? { node };
    if (merged.absorbed !== undefined) writers.delete(merged.absorbed.output);
    writers.set(merged.node.output, merged.node);
    readers.set(merged.node.output, readers.get(original.output) ?? 0);
    replaced.set(original.output, merged.node.output);
  }
  const nodes = [...writers.values()];
  const states = graph.states.map(({ input, output }) => ({ input, output: now(output) }));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const known = new Set<Value>([...graph.inputs, ...writers.keys(), ...constants.keys()]);
  const meant = [...graph.names].map(([name, value]) => [name, now(value)] as const);
  const names = remainingNames(meant, known);
  for (const value of names.values()) read.add(value);
  for (const value of constants.keys()) if (!read.has(value)) constants.delete(value);
  const left = [...graph.inputs, ...writers.keys(), ...constants.keys()];
  const kept = left.filter((value) => !added.has(value)).map(({ name }) => name);
  const unique = new UniqueNames(kept);
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
