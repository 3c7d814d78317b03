/**
 * Exchange: makes the columns of images the steps of sequences.
 *
 *     [N, C, H, W]  →  [W, N, C, H]
 *
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/exchange.c
 * @module
 */
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const exchange = defineLayer({
  type: "Exchange",
  ops: ["permute"],

  lower({ graph, name, bottoms }) {
    expectImage(bottoms[0]!.shape);
    return [apply(graph, "permute", name, bottoms, { order: [3, 0, 1, 2] })];
  },
});
