/**
 * What each layer of a network costs.
 *
 * @module
 */
import type { Graph, Node, Value } from "../runtime/graph.ts";
import { type AnyOp, ops } from "../runtime/ops/mod.ts";
import { count, type Shape } from "../runtime/tensor.ts";
import type { NetLayer } from "./caffe/net.ts";

/** One layer: what comes out of it, and what it costs. */
export interface SummaryRow {
  readonly name: string;
  readonly type: string;
  /** The shape of its first top. */
  readonly shape: Shape;
  /** How many learned numbers it has; shared ones count where they are first used. */
  readonly parameters: number;
  /** Multiply-accumulates of one run, for the whole batch. */
  readonly macs: number;
  /** Bytes of its tops as float32. */
  readonly memory: number;
}

/** One row an input and one a layer, in the order they run. */
export function summarize(
  graph: Graph,
  layerOf: ReadonlyMap<Value, NetLayer>,
): readonly SummaryRow[] {
  const rows: SummaryRow[] = graph.inputs.map(({ name, shape }) => ({
    name,
    type: "Input",
    shape,
    parameters: 0,
    macs: 0,
    memory: bytesOf(shape),
  }));
  const counted = new Set<Value>();
  let pending: Node[] = [];
  for (const node of graph.nodes) {
    // A layer may take several nodes; the one that writes its top comes last.
    pending.push(node);
    const layer = layerOf.get(node.output);
    if (layer === undefined) continue;
    const learned = pending.flatMap(({ inputs }) => inputs)
      .filter((value) => graph.constants.has(value) && !counted.has(value));
    for (const value of learned) counted.add(value);
    const row = {
      name: layer.name,
      type: layer.type,
      shape: node.output.shape,
      parameters: learned.reduce((sum, value) => sum + count(value.shape), 0),
      macs: pending.reduce((sum, each) => sum + macsOf(each), 0),
      memory: bytesOf(node.output.shape),
    };
    const last = rows.at(-1)!;
    // Further tops of one layer add to its row.
    if (pending.length > 0 && last.name === row.name && last.type === row.type) {
      rows[rows.length - 1] = {
        ...last,
        parameters: last.parameters + row.parameters,
        macs: last.macs + row.macs,
        memory: last.memory + row.memory,
      };
    } else {
      rows.push(row);
    }
    pending = [];
  }
  return rows;
}

function macsOf({ op, attributes, inputs, output }: Node): number {
  const shapes = inputs.map((value) => value.shape);
  return (ops[op] as AnyOp).macs?.(attributes, shapes, output.shape) ?? 0;
}

function bytesOf(shape: Shape): number {
  return count(shape) * Float32Array.BYTES_PER_ELEMENT;
}
