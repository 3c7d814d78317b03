/**
 * The cost of each layer: parameters, MACs and memory.
 *
 * @module
 */
import { type Graph, macsOf, type Node, opNameOf, type Value } from "../runtime/graph.ts";
import { bytesOf, count, type Shape } from "../runtime/tensor.ts";
import type { Lowered } from "./lowering/lower.ts";

/** The output shape and the cost of one layer. */
export interface SummaryRow {
  /** The layer's name. */
  readonly name: string;
  /** Its type in Caffe. */
  readonly type: string;
  /** The shape of its first top. */
  readonly shape: Shape;
  /** The number of learned numbers; shared ones count where they are first used. */
  readonly parameters: number;
  /** The multiply-accumulates of one run, for the whole batch. */
  readonly macs: number;
  /** The size of its tops in bytes, as float32. */
  readonly memory: number;
}

/** One row per layer, in the order of the file. */
export function summarize({ graph, layers }: Lowered): readonly SummaryRow[] {
  const parameters = parameterCounter(graph);
  return layers.map(({ name, type, tops, nodes }) => ({
    name,
    type,
    shape: tops[0]?.shape ?? [],
    parameters: parameters(nodes),
    macs: nodes.reduce((sum, node) => sum + macsOf(node), 0),
    memory: tops.reduce((sum, top) => sum + bytesOf(top.shape), 0),
  }));
}

/** One row per input and node, for graphs without layers: the type is the op. */
export function summarizeGraph(graph: Graph): readonly SummaryRow[] {
  const parameters = parameterCounter(graph);
  return [
    ...graph.inputs.map(({ name, shape }) => {
      return { name, type: "Input", shape, parameters: 0, macs: 0, memory: bytesOf(shape) };
    }),
    ...graph.nodes.map((node) => {
      const { output: { name, shape } } = node;
      return {
        name,
        type: opNameOf(node),
        shape,
        parameters: parameters([node]),
        macs: macsOf(node),
        memory: bytesOf(shape),
      };
    }),
  ];
}

/** The cost of all layers. */
export interface Totals {
  readonly layers: number;
  readonly parameters: number;
  readonly macs: number;
  /** The size of all blobs in bytes, as float32, without sharing memory. */
  readonly memory: number;
}

/** The sums over rows; inputs have rows, but are not layers. */
export function totalsOf(rows: readonly SummaryRow[]): Totals {
  const sum = (key: "parameters" | "macs" | "memory") =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    layers: rows.filter(({ type }) => type !== "Input").length,
    parameters: sum("parameters"),
    macs: sum("macs"),
    memory: sum("memory"),
  };
}

/** Counts the learned numbers of nodes, each one once. */
function parameterCounter({ constants }: Graph): (nodes: readonly Node[]) => number {
  const counted = new Set<Value>();
  return (nodes) => {
    const learned = new Set(nodes.flatMap(({ inputs }) => inputs))
      .intersection(constants).difference(counted);
    for (const value of learned) counted.add(value);
    return [...learned].reduce((sum, { shape }) => sum + count(shape), 0);
  };
}
