/**
 * Spreads each value of an image over a window of a larger one; overlapping windows are summed.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { apply } from "../layer.ts";

/** The windows of the larger image, without padding. */
export interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
}

/**
 * The larger image: a transposed convolution of each channel.
 *
 * @param share The factor of each element of a window, by its index.
 */
export function spread(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  { kernel, stride }: Windows,
  share: (index: number) => number,
): Value {
  const [, channels] = bottom.shape;
  const shape = [channels!, 1, ...kernel];
  refuseHuge(shape);
  const data = new Float32Array(count(shape)).map((_, i) => share(i % count(kernel)));
  const weights = graph.constant(`${name}/shares`, { shape, data });
  return apply(graph, "deconv2d", name, [bottom, weights], {
    output: channels!,
    kernel,
    stride,
    group: channels!,
    bias: false,
  });
}
