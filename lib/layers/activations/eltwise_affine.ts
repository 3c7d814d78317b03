/**
 * EltwiseAffine: multiplies each channel by a learned slope, and adds a learned bias. Scale says the
 * same, but with other names and fillers.
 *
 * The fork's default of `channel_shared` is unknown; without it the stored blobs tell.
 *
 * @see https://github.com/ducha-aiki/caffe/blob/elu/src/caffe/layers/eltwise_affine_layer.cpp
 * @module
 */
import { bool, message, nested } from "../../../proto/message.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { showAmount } from "../../numbers.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";

export const eltwiseAffine = defineLayer({
  type: "EltwiseAffine",
  ops: ["affine"],
  param: {
    name: "eltwise_affine_param",
    message: message("EltwiseAffineParameter", {
      slope_filler: nested(0, FillerParameter),
      bias_filler: nested(0, FillerParameter),
      channel_shared: bool(0),
    }),
  },

  blobs({ param, shapes: [shape], stored = [] }) {
    const channels = shape![1];
    if (channels === undefined) {
      throw new TypeError(`its bottom is ${showShape(shape!)}, but it needs channels on axis 1`);
    }
    const isShared = param.channel_shared ??
      (stored.length > 0 && stored.every((blob) => count(blob) === 1));
    const rest = {
      shape: isShared ? [] : [channels],
      because: isShared ? "channel_shared" : `a bottom of ${showAmount(channels, "channel")}`,
    };
    return [
      { name: "slope", filler: param.slope_filler ?? constant(1.0001), ...rest },
      { name: "bias", filler: param.bias_filler ?? constant(0.0001), ...rest },
    ];
  },

  lower: ({ graph, name, bottoms, blobs }) => [
    apply(graph, "affine", name, [...bottoms, ...blobs], { axis: 1 }),
  ],
});
