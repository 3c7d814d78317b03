/**
 * Folds an affine node into the weights of the node before it.
 *
 * ```
 * conv2d (weights, biases) ─► affine (scale, offset)
 *   ►   conv2d (weights · scale, biases · scale + offset)
 * ```
 *
 * The same for `deconv2d`, `dense` and another `affine`. The result is named after the first node,
 * whose blob most networks overwrite in place. Where the blob between the two has a name of its own,
 * the result is named after the affine node, since nothing computes that blob any more.
 *
 * @module
 */
import { defer, deferredBytes } from "../../proto/deferred.ts";
import type { Graph, Node, Value } from "../../runtime/graph.ts";
import { axisOf, count, type Shape, type Shape4 } from "../../runtime/tensor.ts";
import { type MergeContext, mergeNodes } from "./merge_nodes.ts";

/** The graph with each affine node folded that follows a node with weights. */
export function foldAffine(graph: Graph): Graph {
  return mergeNodes(graph, (node, context) => {
    if (node.op !== "affine") return undefined;
    const absorbed = context.soleWriter(node.inputs[0]!);
    if (absorbed === undefined) return undefined;
    const terms = termsOf(node, absorbed.output.shape, context);
    const name = context.mergedName(absorbed, node);
    const folded = terms && foldInto(absorbed, name, terms, context);
    if (folded === undefined) return undefined;
    return { absorbed, node: { ...folded, output: { ...absorbed.output, name } } as Node };
  });
}

/** The factor and the summand of each channel. */
interface Terms {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/** The terms of an affine node whose operands are constants, with one number, or one per channel. */
function termsOf(node: Node<"affine">, shape: Shape, context: MergeContext): Terms | undefined {
  const { axis, terms } = node.attributes;
  const [, first, second] = node.inputs;
  const data = [first, second].filter((value) => value !== undefined).map(context.dataOf);
  if (data.some((numbers) => numbers === undefined) || first!.shape.length > 1) return undefined;
  const scalar = first!.shape.length === 0;
  if (shape.length < 2 || !scalar && axisOf(axis, shape.length) !== 1) return undefined;
  const channels = shape[1]!;
  const broadcast = (numbers: Float32Array | undefined, neutral: number) =>
    Float64Array.from(
      { length: channels },
      (_, c) => numbers === undefined ? neutral : numbers[scalar ? 0 : c]!,
    );
  return {
    scale: broadcast(terms === "offset" ? undefined : data[0], 1),
    offset: broadcast(terms === "scale" ? undefined : data[terms === "both" ? 1 : 0], 0),
  };
}

/** The node with the terms folded in, or `undefined` if its op has no weights. */
function foldInto(
  node: Node,
  name: string,
  terms: Terms,
  context: MergeContext,
): Omit<Node, "output"> | undefined {
  switch (node.op) {
    case "conv2d":
    case "deconv2d":
    case "dense":
      return foldIntoWeights(node, name, terms, context);
    case "affine":
      return foldIntoAffine(node, name, terms, context);
    default:
      return undefined;
  }
}

function foldIntoWeights(
  node: Node<"conv2d" | "deconv2d" | "dense">,
  name: string,
  { scale, offset }: Terms,
  context: MergeContext,
): Omit<Node, "output"> | undefined {
  if (node.op === "dense" && node.output.shape.length !== 2) return undefined;
  const [input, weights, biases] = node.inputs as [Value, Value, Value?];
  const data = context.deferredOf(weights);
  const old = node.attributes.bias ? context.dataOf(biases!) : new Float32Array(scale.length);
  if (data === undefined || old === undefined) return undefined;
  const inputs = [
    input,
    context.constant(`${name}/weights`, {
      shape: weights.shape,
      data: scaleWeights(node, data, weights.shape, scale),
    }),
    context.constant(`${name}/biases`, {
      shape: [scale.length],
      data: Float32Array.from(old, (bias, c) => bias * scale[c]! + offset[c]!),
    }),
  ];
  return { ...node, attributes: { ...node.attributes, bias: true }, inputs } as Node;
}

/** The weights with each output channel multiplied by its scale. */
function scaleWeights(
  node: Node<"conv2d" | "deconv2d" | "dense">,
  data: Float32Array,
  shape: Shape,
  scale: Float64Array,
): Float32Array {
  const { length, channelOf } = rowsOf(node, shape);
  const multiply = (numbers: Float32Array, start: number) => {
    for (let i = 0; i < numbers.length;) {
      const row = Math.floor((start + i) / length), factor = scale[channelOf(row)]!;
      const end = Math.min((row + 1) * length - start, numbers.length);
      for (; i < end; i++) numbers[i]! *= factor;
    }
    return numbers;
  };
  const deferred = deferredBytes(data);
  if (deferred === undefined) return multiply(data.slice(), 0);
  return defer(data.length, (at, into) => {
    deferred.read(at, into);
    multiply(new Float32Array(into.buffer, into.byteOffset, into.length / 4), at / 4);
  });
}

/** The length of the rows of weights that one output channel has, and the channel of each. */
function rowsOf(
  node: Node<"conv2d" | "deconv2d" | "dense">,
  shape: Shape,
): { readonly length: number; channelOf(row: number): number } {
  if (node.op !== "deconv2d") return { length: count(shape.slice(1)), channelOf: (row) => row };
  // Weights of transposed convolution are [I, O/group, kH, kW].
  const [inputs, groupOutputs, ...kernel] = shape as Shape4;
  const groupInputs = inputs / node.attributes.group;
  return {
    length: count(kernel),
    channelOf(row) {
      const input = Math.floor(row / groupOutputs), group = Math.floor(input / groupInputs);
      return group * groupOutputs + row % groupOutputs;
    },
  };
}

/** Two affine nodes as one. */
function foldIntoAffine(
  node: Node<"affine">,
  name: string,
  { scale, offset }: Terms,
  context: MergeContext,
): Omit<Node, "output"> | undefined {
  const before = termsOf(node, node.output.shape, context);
  if (before === undefined) return undefined;
  const shape = [scale.length];
  const inputs = [
    node.inputs[0]!,
    context.constant(`${name}/scale`, {
      shape,
      data: Float32Array.from(before.scale, (value, c) => value * scale[c]!),
    }),
    context.constant(`${name}/offset`, {
      shape,
      data: Float32Array.from(before.offset, (value, c) => value * scale[c]! + offset[c]!),
    }),
  ];
  return { ...node, attributes: { ...node.attributes, axis: 1, terms: "both" }, inputs } as Node;
}
