/**
 * Normalize: divides by the length of the vector of channels, at each position or of the whole
 * sample, and multiplies by a learned scale.
 *
 * @see https://github.com/weiliu89/caffe/blob/ssd/src/caffe/layers/normalize_layer.cpp
 * @module
 */
import { bool, float, message, nested } from "../../../proto/message.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";

export const normalize = defineLayer({
  type: "Normalize",
  ops: ["affine", "normalize"],
  param: {
    name: "norm_param",
    number: 206,
    message: message("NormalizeParameter", {
      across_spatial: bool(1, true),
      scale_filler: nested(2, FillerParameter),
      /** Whether there is one scale for all channels. */
      channel_shared: bool(3, true),
      eps: float(4, 1e-10),
    }),
  },

  blobs({ layer, param, shapes: [shape] }) {
    if (!layer.hasParam("norm_param") && layer.hasParam("normalize_param")) {
      throw new TypeError(
        "it has normalize_param, the settings of another layer of this name; the Normalize of " +
          "SSD, which has norm_param, is the one known here",
      );
    }
    const channels = shape![1] ?? 1;
    return [{
      name: "scale",
      shape: param.channel_shared ? [] : [channels],
      filler: param.scale_filler ?? constant(1),
      because: param.channel_shared ? "channel_shared" : `a bottom of ${channels} channels`,
    }];
  },

  lower({ graph, name, param, bottoms, blobs: [scale] }) {
    const unit = apply(graph, "normalize", `${name}/unit`, bottoms, {
      acrossSpatial: param.across_spatial,
      eps: param.eps,
    });
    return [apply(graph, "affine", name, [unit, scale!], { axis: 1, terms: "scale" })];
  },
});
