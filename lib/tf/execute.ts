/**
 * Computes a TensorFlow graph with TensorFlow.js, node by node.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { TfGraph, TfNode, TfValue } from "../emit/tfjs/node.ts";
import { toCaffe, toImage } from "../emit/tfjs/operand.ts";
import { constantTensor, kernels } from "./kernels.ts";

/** By op, the inputs that a kernel reads as integers from the graph rather than as tensors. */
const integerInputs: Partial<Record<TfNode["op"], readonly number[]>> = {
  ArgMax: [1],
  Conv2DBackpropInput: [0],
  Cumsum: [1],
  Max: [1],
  Mean: [1],
  PadV2: [1, 2],
  Reshape: [1],
  ResizeBilinear: [1],
  ReverseV2: [1],
  Slice: [1, 2],
  StridedSlice: [1, 2, 3],
  Sum: [1],
  Tile: [1],
  TopKV2: [1],
  Transpose: [1],
};

/** The tensors of constants that kernels read, disposed of when they are no longer needed. */
export class Constants {
  readonly #tensors = new Map<TfNode, tf.Tensor>();

  constructor(graph: TfGraph) {
    for (const node of graph.nodes) {
      for (const { node: constant } of tensorInputs(node)) {
        const value = graph.constants.get(constant);
        if (value === undefined || this.#tensors.has(constant)) continue;
        this.#tensors.set(constant, tf.keep(constantTensor(value)));
      }
    }
  }

  get(node: TfNode): tf.Tensor | undefined {
    return this.#tensors.get(node);
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
  }
}

/** Changes the result of a node before others read it. */
export type Hook = (tensor: tf.Tensor) => tf.Tensor;

/**
 * Computes values of a graph. Call it within `tf.tidy`.
 *
 * @param known The tensors of placeholders, constants and variables.
 */
export function execute(
  graph: TfGraph,
  wanted: readonly TfValue[],
  known: (node: TfNode) => tf.Tensor | undefined,
  hooks: ReadonlyMap<TfNode, Hook> = new Map(),
): tf.Tensor[] {
  const results = new Map<TfNode, readonly tf.Tensor[]>();
  const tensorOf = ({ node, index }: TfValue) => results.get(node)?.[index] ?? known(node)!;
  for (const node of graph.nodes) {
    if (node.op === "Placeholder" || node.op === "Const") continue;
    const read = new Set(tensorInputs(node));
    const inputs = node.inputs.map((value) => read.has(value) ? tensorOf(value) : unread);
    const result = [kernels[node.op](node, inputs)].flat();
    const hook = hooks.get(node);
    results.set(node, hook === undefined ? result : result.map(hook));
  }
  return wanted.map(tensorOf);
}

/** A tensor in the order of TensorFlow's axes: images are transposed from NCHW to NHWC. */
export function channelsLast(tensor: tf.Tensor): tf.Tensor {
  return tensor.rank === 4 ? tf.transpose(tensor, [...toImage]) : tensor;
}

/** A tensor in the order of Caffe's axes: images are transposed from NHWC to NCHW. */
export function channelsFirst(tensor: tf.Tensor): tf.Tensor {
  return tensor.rank === 4 ? tf.transpose(tensor, [...toCaffe]) : tensor;
}

/** Stands for an input that a kernel does not read as a tensor. */
const unread = undefined as unknown as tf.Tensor;

function tensorInputs({ op, inputs }: TfNode): readonly TfValue[] {
  if (op === "ConcatV2") return inputs.slice(0, -1);
  if (op === "GatherV2") return inputs.slice(0, 2);
  const integers = integerInputs[op] ?? [];
  return inputs.filter((_, i) => !integers.includes(i));
}
