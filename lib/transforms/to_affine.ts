/**
 * Replaces ops that only multiply and add by `affine`.
 *
 * ```
 * batchNorm (mean, variance)   ►   affine (scale, offset)
 * power (1, scale, shift)      ►   affine (scale, offset)
 * ```
 *
 * @module
 */
import type { Graph, Node } from "../../runtime/graph.ts";
import { resolve } from "../../runtime/ops/attribute.ts";
import { ops } from "../../runtime/ops/mod.ts";
import { type MergeContext, mergeNodes } from "./merge_nodes.ts";

/** The graph without `batchNorm`, and without `power` whose power is one. */
export function toAffine(graph: Graph): Graph {
  return mergeNodes(graph, (node, context) => {
    const terms = termsOf(node, context);
    if (terms === undefined) return undefined;
    const { name } = node.output;
    // A tensor with one axis has a single channel with all its elements.
    const isVector = node.output.shape.length < 2;
    const shape = terms.perChannel && !isVector ? [terms.scale.length] : [];
    const inputs = [
      node.inputs[0]!,
      context.constant(`${name}/scale`, { shape, data: terms.scale }),
      context.constant(`${name}/offset`, { shape, data: terms.offset }),
    ];
    const axis = isVector ? 0 : 1;
    const attributes = resolve(ops.affine.schema, { axis });
    return { node: { op: "affine", attributes, inputs, output: node.output } };
  });
}

interface Terms {
  readonly scale: Float32Array;
  readonly offset: Float32Array;
  readonly perChannel: boolean;
}

function termsOf(node: Node, context: MergeContext): Terms | undefined {
  if (node.op === "power") {
    const { power, scale, shift } = node.attributes;
    if (power !== 1 || !Number.isFinite(scale) || !Number.isFinite(shift)) return undefined;
    return { scale: Float32Array.of(scale), offset: Float32Array.of(shift), perChannel: false };
  }
  if (node.op !== "batchNorm") return undefined;
  const mean = context.dataOf(node.inputs[1]!), variance = context.dataOf(node.inputs[2]!);
  if (mean === undefined || variance === undefined) return undefined;
  const { eps } = node.attributes;
  const deviation = Float64Array.from(variance, (value) => Math.sqrt(value + eps));
  return {
    scale: Float32Array.from(deviation, (value) => 1 / value),
    offset: Float32Array.from(deviation, (value, c) => -mean[c]! / value),
    perChannel: true,
  };
}
