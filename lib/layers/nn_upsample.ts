/**
 * NNUpsample: enlarges an image by repeating each pixel.
 *
 * @module
 */
import { message, uint32 } from "../../proto/message.ts";
import { apply, defineLayer } from "./layer.ts";

export const nnUpsample = defineLayer({
  type: "NNUpsample",
  ops: ["upsample"],
  param: {
    name: "nn_upsample_param",
    number: 163,
    message: message("NNUpsampleParameter", { resize: uint32(1, 2) }),
  },

  lower: ({ graph, name, param: { resize }, bottoms }) => [
    apply(graph, "upsample", name, bottoms, { scale: [resize, resize] }),
  ],
});
