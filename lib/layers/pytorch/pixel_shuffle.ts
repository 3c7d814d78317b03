/**
 * PixelShuffle: rearranges each r² channels to one channel of r times the height and width
 * (depth-to-space).
 *
 *     [N, C·r², H, W]  →  [N·C, r, r, H, W]  →  [N·C, H, r, W, r]  →  [N, C, H·r, W·r]
 *
 * Its settings have one of two names, depending on the fork.
 *
 * @see https://arxiv.org/abs/1609.05158
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

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
    return [shuffled(graph, name, bottom!, factor)];
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

/** An image with each r² channels rearranged to blocks of r × r pixels. */
export function shuffled(
  graph: GraphBuilder,
  name: string,
  image: Value,
  factor: number,
): Value {
  const squares = apply(graph, "reshape", `${name}/squares`, [image], {
    shape: [-1, factor, factor],
    numAxes: 2,
  });
  const interleaved = apply(graph, "permute", `${name}/dealt`, [squares], {
    order: [0, 3, 1, 4, 2],
  });
  const merged = (role: string, axis: number, value: Value) =>
    apply(graph, "reshape", `${name}/${role}`, [value], { shape: [-1], axis, numAxes: 2 });
  const planes = merged("planes", 2, merged("rows", 1, interleaved));
  const channels = image.shape[1]! / factor ** 2;
  return apply(graph, "reshape", name, [planes], { shape: [-1, channels], numAxes: 1 });
}
