/**
 * Reshape: replaces all axes, or a run of them, by others with the same number of elements.
 *
 * A dimension of 0 keeps the extent at its position, −1 is inferred. The order of the data is Caffe's,
 * channels before height and width.
 *
 * Before it was part of Caffe, its message had `num`, `channels`, `height` and `width`; 0 meant the same.
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
      num: int32(0, 0),
      channels: int32(0, 0),
      height: int32(0, 0),
      width: int32(0, 0),
      ...onlyWith({ pixelshuffler: 1 }),
      ...blockFields,
    }),
  },

  sharesMemory: ({ param }) => param.new_channel === 0,

  lower(instance) {
    const { graph, name, param, bottoms } = instance;
    if (param.new_channel > 0) return lowerBlock(instance);
    const { shape, axis, num_axes: numAxes, num, channels, height, width } = param;
    const old = [num, channels, height, width];
    const rank = bottoms[0]!.shape.length;
    const dims = shape?.dim ??
      (old.every((dim) => dim === 0) ? [] : old.map((dim, i) => dim === 0 && i >= rank ? 1 : dim));
    return [apply(graph, "reshape", name, bottoms, { shape: dims, axis, numAxes })];
  },
});
