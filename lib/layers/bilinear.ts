/**
 * Bilinear: the products of each channel of the first bottom with each of the second, summed up over
 * all positions, as bilinear pooling has it.
 *
 *     [N, C, H, W] and [N, D, H, W]  →  [N, C·D, 1, 1]
 *
 * The samples are groups of one convolution, so that it serves the batch that it was made for.
 *
 * @see https://github.com/gy20073/compact_bilinear_pooling
 * @module
 */
import type { Value } from "../../runtime/graph.ts";
import { expectImage, type Shape, showShape } from "../../runtime/tensor.ts";
import { fixed } from "./fixed.ts";
import { apply, defineLayer } from "./layer.ts";

export const bilinear = defineLayer({
  type: "Bilinear",
  ops: ["conv2d", "permute", "reshape"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [first, second], shapes }) {
    shapes.forEach(expectImage);
    const [batch, rows, height, width] = first!.shape as readonly [number, number, number, number];
    const columns = second!.shape[1]!;
    if (second!.shape.some((extent, axis) => axis !== 1 && extent !== first!.shape[axis])) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, which must differ in their ` +
          "channels alone",
      );
    }
    const pixels = height * width;
    const shaped = (role: string, value: Value, shape: Shape) =>
      apply(graph, "reshape", `${name}/${role}`, [value], { shape });
    const weights = shaped("weights", fixed(graph, `${name}/first`, first!, 0), [
      batch * rows,
      ...[pixels, 1, 1],
    ]);
    const matrices = shaped("matrices", fixed(graph, `${name}/second`, second!, 0), [
      ...[batch, columns, pixels],
    ]);
    const turned = apply(graph, "permute", `${name}/turned`, [matrices], { order: [0, 2, 1] });
    const image = shaped("image", turned, [1, batch * pixels, columns, 1]);
    const products = apply(graph, "conv2d", `${name}/products`, [image, weights], {
      output: batch * rows,
      kernel: [1, 1],
      group: batch,
      bias: false,
    });
    return [apply(graph, "reshape", name, [products], { shape: [batch, rows * columns, 1, 1] })];
  },
});
