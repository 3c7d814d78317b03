/**
 * PixelShuffle: rearranges each r² channels to one channel of r times the height and width
 * (depth-to-space).
 *
 *     [N, C·r², H, W]  →  [N, C, H·r, W·r]
 *
 * Its settings have one of two names, depending on the fork.
 *
 * @see https://arxiv.org/abs/1609.05158
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { defineLayer } from "../layer.ts";
import { depthToSpace } from "../rearranging/blocks.ts";

export const pixelShuffle = defineLayer({
  type: "PixelShuffle",
  ops: ["permute", "reshape"],
  param: {
    name: "pixelshuffle_param",
    number: 507,
    otherNames: ["pixel_shuffle_param"],
    message: message("PixelShuffleParameter", { upscale_factor: int32(1, 0) }),
  },

  lower({ graph, name, param: { upscale_factor: factor }, bottoms: [bottom] }) {
    expectBlocks(bottom!, "upscale_factor", factor);
    return [depthToSpace(graph, name, bottom!, factor, "CRD")];
  },
});

/** @throws {TypeError} if the square of a setting does not divide the channels of an image. */
export function expectBlocks({ shape }: Value, setting: string, factor: number): void {
  expectImage(shape);
  if (factor >= 1 && shape[1]! % factor ** 2 === 0) return;
  throw new TypeError(
    `its ${setting} is ${factor} or missing, but its square must divide the ${shape[1]} channels ` +
      "of its bottom",
  );
}
