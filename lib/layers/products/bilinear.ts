/**
 * Bilinear: bilinear pooling, which sums the products of each channel of the first bottom with each of
 * the second over all positions.
 *
 *     [N, C, H, W] and [N, D, H, W]  →  [N, C·D, 1, 1]
 *
 * The samples are groups of one convolution, so it is lowered for a fixed batch size.
 *
 * @see https://github.com/gy20073/compact_bilinear_pooling
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

export const bilinear = defineLayer({
  type: "Bilinear",
  ops: ["conv2d", "permute", "reshape"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [first, second] }) {
    expectPair(first!.shape, second!.shape);
    const products = channelProducts(graph, name, first!, second!);
    const [batch, rows] = first!.shape, columns = second!.shape[1]!;
    return [
      apply(graph, "reshape", name, [products], { shape: [batch!, rows! * columns, 1, 1] }),
    ];
  },
});

/** @throws {TypeError} if two images differ in other extents than their channels. */
export function expectPair(first: Shape, second: Shape): void {
  expectImage(first);
  expectImage(second);
  if (second.some((extent, axis) => axis !== 1 && extent !== first[axis])) {
    throw new TypeError(
      `its bottoms are ${showShape(first)} and ${showShape(second)}, but they may differ only in ` +
        "their channels",
    );
  }
}

/** The sums of the products of all channels with all others: `[1, N·C, D, 1]`. */
export function channelProducts(
  graph: GraphBuilder,
  name: string,
  first: Value,
  second: Value,
): Value {
  const [batch, rows, height, width] = first.shape as Shape4;
  const columns = second.shape[1]!, pixels = height * width;
  const nodes = new LayerNodes(graph, name);
  const left = fixed(graph, `${name}/first`, first, 0);
  const weights = nodes.reshape("weights", left, [batch * rows, pixels, 1, 1]);
  const right = fixed(graph, `${name}/second`, second, 0);
  const matrices = nodes.reshape("matrices", right, [batch, columns, pixels]);
  const turned = nodes.add("permute", "turned", [matrices], { order: [0, 2, 1] });
  const image = nodes.reshape("image", turned, [1, batch * pixels, columns, 1]);
  return nodes.add("conv2d", "products", [image, weights], {
    output: batch * rows,
    kernel: [1, 1],
    group: batch,
    bias: false,
  });
}
