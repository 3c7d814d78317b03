/**
 * SubpixelUp and SubpixelDown: PyTorch's PixelShuffle, and its inverse.
 *
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/subpixel.c
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { expectBlocks } from "../pytorch/pixel_shuffle.ts";
import { depthToSpace, spaceToDepth } from "../rearranging/blocks.ts";

export const subpixelUp = defineLayer({
  type: "SubpixelUp",
  ops: ["permute", "reshape"],
  param: {
    name: "subpixel_up_param",
    message: message("SubpixelUpParameter", { upsample: uint32(0, 0) }),
  },

  lower({ graph, name, param: { upsample }, bottoms: [bottom] }) {
    expectBlocks(bottom!, "upsample", upsample);
    return [depthToSpace(graph, name, bottom!, upsample, "CRD")];
  },
});

export const subpixelDown = defineLayer({
  type: "SubpixelDown",
  ops: ["permute", "reshape"],
  param: {
    name: "subpixel_down_param",
    message: message("SubpixelDownParameter", { downsample: uint32(0, 0) }),
  },

  lower: ({ graph, name, param: { downsample }, bottoms: [bottom] }) => [
    spaceToDepth(graph, name, bottom!, [downsample, downsample], "CRD"),
  ],
});
