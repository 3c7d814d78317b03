/**
 * Reshape: replaces all axes, or a run of them, by others with the same number of elements.
 *
 * A dimension of 0 keeps the extent at its position, −1 is inferred. The order of the data is Caffe's,
 * channels before height and width.
 *
 * With `new_channel`, in a fork that predicts the motion in a still image, it is ReshapeBlock.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/reshape_layer.cpp
 * @module
 */
import { int32, message, nested, onlyWith } from "../../../proto/message.ts";
import { BlobShape } from "../../caffe/schema.ts";
import { apply, defineLayer } from "../layer.ts";
import { blockFields, lowerBlock } from "../others/codebook_maps.ts";

export const reshape = defineLayer({
  type: "Reshape",
  ops: ["permute", "reshape"],
  param: {
    name: "reshape_param",
    number: 133,
    message: message("ReshapeParameter", {
      shape: nested(1, BlobShape),
      axis: int32(2, 0),
      num_axes: int32(3, -1),
      ...onlyWith({ pixelshuffler: 1 }),
      ...blockFields,
    }),
  },

  sharesMemory: ({ param }) => param.new_channel === 0,

  lower(instance) {
    const { graph, name, param, bottoms } = instance;
    if (param.new_channel > 0) return lowerBlock(instance);
    const { shape, axis, num_axes: numAxes } = param;
    return [apply(graph, "reshape", name, bottoms, { shape: shape?.dim ?? [], axis, numAxes })];
  },
});
