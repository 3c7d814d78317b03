/**
 * Normalize: divides by the length of the vector of channels, at each position or of the whole
 * sample, and multiplies by a learned scale.
 *
 * @see https://github.com/weiliu89/caffe/blob/ssd/src/caffe/layers/normalize_layer.cpp
 * @module
 */
import { bool, float, message, nested, string } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { NetLayer } from "../../caffe/net.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer, type LayerInstance, topName } from "../layer.ts";

export const normalize = defineLayer({
  type: "Normalize",
  ops: ["affine", "norm", "normalize"],
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

  tops: [1, 2],

  blobs({ layer, param, shapes: [shape] }) {
    if (isOfFaces(layer)) return [];
    const channels = shape![1] ?? 1;
    return [{
      name: "scale",
      shape: param.channel_shared ? [] : [channels],
      filler: param.scale_filler ?? constant(1),
      because: param.channel_shared ? "channel_shared" : `a bottom of ${channels} channels`,
    }];
  },

  lower(instance) {
    const { graph, name, layer, param, bottoms, blobs: [scale] } = instance;
    if (isOfFaces(layer)) return ofFaces(instance);
    if (layer.tops.length > 1) throw new TypeError("it has 2 tops, but SSD's layer has 1");
    const unit = apply(graph, "normalize", `${name}/unit`, bottoms, {
      acrossSpatial: param.across_spatial,
      eps: param.eps,
    });
    return [apply(graph, "affine", name, [unit, scale!], { axis: 1, terms: "scale" })];
  },
});

/** The settings of the other layer of this name. */
const ofFacesParam = {
  name: "normalize_param",
  // Forks have given it several numbers, so only text files have it.
  number: 0,
  message: message("NormalizeParameter", {
    normalize_type: string(1, "L2"),
    rescale: bool(0, false),
    fix_gradient: bool(2, false),
  }),
};

/** Whether it is the layer of forks that recognise faces, which has nothing to learn. */
function isOfFaces(layer: NetLayer): boolean {
  return !layer.hasParam("norm_param") && layer.hasParam("normalize_param");
}

/** Each position's channels, divided by their length, which is the second top. */
function ofFaces(instance: LayerInstance<unknown>): readonly Value[] {
  const { graph, name, layer, bottoms } = instance;
  const { normalize_type: type, rescale } = layer.param(ofFacesParam);
  if (type !== "L2" || rescale) {
    throw new TypeError(
      `its normalize_type is ${type}${rescale ? " with rescale" : ""}, but only L2 is known`,
    );
  }
  const unit = apply(graph, "normalize", name, bottoms, { acrossSpatial: false, eps: 1e-6 });
  if (layer.tops.length === 1) return [unit];
  return [unit, apply(graph, "norm", topName(instance, 1), bottoms, { axis: 1 })];
}
