/**
 * SubpixelUp and SubpixelDown: PyTorch's PixelShuffle, and its inverse.
 *
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/subpixel.c
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { expectBlocks, shuffled } from "../pytorch/pixel_shuffle.ts";
import { pixelsOfBlocks } from "../rearranging/space_to_depth.ts";

export const subpixelUp = defineLayer({
  type: "SubpixelUp",
  ops: ["permute", "reshape"],
  param: {
    name: "subpixel_up_param",
    message: message("SubpixelUpParameter", { upsample: uint32(0, 0) }),
  },

  lower({ graph, name, param: { upsample }, bottoms: [bottom] }) {
    expectBlocks(bottom!, "upsample", upsample);
    return [shuffled(graph, name, bottom!, upsample)];
  },
});

export const subpixelDown = defineLayer({
  type: "SubpixelDown",
  ops: ["permute", "reshape"],
  param: {
    name: "subpixel_down_param",
    message: message("SubpixelDownParameter", { downsample: uint32(0, 0) }),
  },

  lower({ graph, name, param: { downsample }, bottoms: [bottom] }) {
    const planes = pixelsOfBlocks(graph, `${name}/planes`, bottom!, [downsample, downsample]);
    const channels = bottom!.shape[1]! * downsample ** 2;
    return [
      apply(graph, "reshape", name, [planes], { shape: [-1, channels], numAxes: 2 }),
    ];
  },
});
