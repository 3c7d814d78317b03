/**
 * What each layer of a network costs.
 *
 * @module
 */
import type { Node, Value } from "../runtime/graph.ts";
import { type AnyOp, ops } from "../runtime/ops/mod.ts";
import { count, type Shape } from "../runtime/tensor.ts";
import type { Lowered } from "./lower.ts";

/** One layer: what comes out of it, and what it costs. */
export interface SummaryRow {
  /** The layer's name. */
  readonly name: string;
  /** Its type, as Caffe calls it. */
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

/** One row a layer, in the order of the file. */
export function summarize({ graph, layers }: Lowered): readonly SummaryRow[] {
  const counted = new Set<Value>();
  return layers.map(({ name, type, tops, nodes }) => {
    const learned = new Set(nodes.flatMap(({ inputs }) => inputs))
      .intersection(graph.constants).difference(counted);
    for (const value of learned) counted.add(value);
    return {
      name,
      type,
      shape: tops[0]?.shape ?? [],
      parameters: [...learned].reduce((sum, value) => sum + count(value.shape), 0),
      macs: nodes.reduce((sum, node) => sum + macsOf(node), 0),
      memory: tops.reduce((sum, top) => sum + bytesOf(top.shape), 0),
    };
  });
}

function macsOf({ op, attributes, inputs, output }: Node): number {
  const shapes = inputs.map((value) => value.shape);
  return (ops[op] as AnyOp).macs?.(attributes, shapes, output.shape) ?? 0;
}

function bytesOf(shape: Shape): number {
  return count(shape) * Float32Array.BYTES_PER_ELEMENT;
}
