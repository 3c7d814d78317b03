/**
 * Zero padding of images, even on both sides of an axis.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { apply } from "./layer.ts";

/** A padded image, by a depthwise convolution with a kernel of 1. */
export function zeroBorder(graph: GraphBuilder, name: string, image: Value, pad: Pair): Value {
  const channels = image.shape[1]!;
  const ones = { shape: [channels, 1, 1, 1], data: new Float32Array(channels).fill(1) };
  const weights = graph.constant(`${name}/ones`, ones);
  return apply(graph, "conv2d", `${name}/framed`, [image, weights], {
    output: channels,
    kernel: [1, 1],
    pad,
    group: channels,
    bias: false,
  });
}
