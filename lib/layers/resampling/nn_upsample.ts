/**
 * NNUpsample, Upsampling and UpsampleDarknet: enlarge an image by repeating each pixel.
 *
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";

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

/** Upsampling. */
export const upsampling = defineLayer({
  type: "Upsampling",
  ops: ["upsample"],
  param: {
    name: "upsampling_param",
    message: message("UpsamplingParameter", { scalefactor: uint32(0) }),
  },

  lower: (instance) => repeated(instance, "scalefactor", instance.param.scalefactor),
});

/** UpsampleDarknet: of YOLOv3, as converters of Darknet write it. */
export const upsampleDarknet = defineLayer({
  type: "UpsampleDarknet",
  ops: ["upsample"],
  param: {
    name: "upsample_darknet_param",
    message: message("UpsampleDarknetParameter", { stride: uint32(0) }),
  },

  lower: (instance) => repeated(instance, "stride", instance.param.stride),
});

/** Repeats each pixel in both directions. */
function repeated(
  { graph, name, bottoms }: LayerInstance<unknown>,
  setting: string,
  times: number | undefined,
): Value[] {
  if (!times) throw new TypeError(`it has no ${setting} above 0, and its default is unknown`);
  return [apply(graph, "upsample", name, bottoms, { scale: [times, times] })];
}
