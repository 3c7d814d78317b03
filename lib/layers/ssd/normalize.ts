/**
 * Normalize: divides by the L2 norm, of the channels at each position or of the whole sample, and
 * multiplies by a learned scale. Forks for face recognition have another layer of this name, without
 * learned blobs, which often has no settings either.
 *
 * @see https://github.com/weiliu89/caffe/blob/ssd/src/caffe/layers/normalize_layer.cpp
 * @module
 */
import { bool, float, message, nested, onlyWith, string } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { showAmount } from "../../numbers.ts";
import { customLayerHint } from "../../option_hints.ts";
import { constant } from "../filler.ts";
import { withFourAxes } from "../four_axes.ts";
import { apply, defineLayer, type LayerInstance, type LayerShape, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { timesChannel } from "../products/times_planes.ts";

/** The settings of the layer of forks for face recognition. */
const faceRecognitionParam = {
  name: "normalize_param",
  message: message("NormalizeParameter", {
    normalize_type: string(1, "L2"),
    rescale: bool(0, false),
    fix_gradient: bool(2, false),
  }),
};

export const normalize = defineLayer({
  type: "Normalize",
  ops: [
    "abs",
    "affine",
    "conv2d",
    "dense",
    "eltwise",
    "norm",
    "normalize",
    "power",
    "reshape",
    "tile",
  ],
  param: {
    name: "norm_param",
    number: 206,
    message: message("NormalizeParameter", {
      across_spatial: bool(1, true),
      scale_filler: nested(2, FillerParameter),
      /** Whether there is one scale for all channels. */
      channel_shared: bool(3, true),
      eps: float(4, 1e-10),
      ...onlyWith({ add_eps_before_sqrt: true }),
    }),
  },
  otherParams: [faceRecognitionParam],
  tops: [1, 2],

  blobs(about) {
    const { param, shapes: [shape] } = about;
    if (isFaceRecognition(about)) return [];
    const channels = shape![1] ?? 1;
    return [{
      name: "scale",
      shape: param.channel_shared ? [] : [channels],
      filler: param.scale_filler ?? constant(1),
      because: param.channel_shared
        ? "channel_shared"
        : `a bottom of ${showAmount(channels, "channel")}`,
    }];
  },

  lower(instance) {
    const { graph, name, layer, param, bottoms, blobs: [scale] } = instance;
    if (isFaceRecognition(instance)) return normalized(instance);
    if (layer.tops.length > 1) {
      throw new TypeError(
        "it has 2 tops, but SSD's layer has 1; the layer of this name with two tops has a " +
          "normalize_param",
      );
    }
    const unit = apply(graph, "normalize", `${name}/unit`, bottoms, {
      acrossSpatial: param.across_spatial,
      eps: param.eps,
    });
    return [apply(graph, "affine", name, [unit, scale!], { axis: 1, terms: "scale" })];
  },
});

/** Whether it is the layer of forks for face recognition, which has no learned blobs. */
function isFaceRecognition({ layer, stored = [] }: LayerShape<unknown>): boolean {
  return !layer.hasParam(normalize.param!) &&
    (layer.hasParam(faceRecognitionParam) || stored.length === 0);
}

/** The channels at each position divided by their norm, which is the second top; both have four axes. */
function normalized(instance: LayerInstance<unknown>): readonly Value[] {
  const { graph, name, layer, bottoms, shapes: [shape] } = instance;
  const { normalize_type: type, rescale } = layer.param(faceRecognitionParam);
  if (type === "L1" && !rescale) return normalizedByL1(instance);
  if (type !== "L2" || rescale) {
    throw new TypeError(
      `its normalize_type is ${type}${rescale ? " with rescale" : ""}, but only L1 and L2 ` +
        `without rescale are supported; ${customLayerHint}`,
    );
  }
  const unit = withFourAxes(
    graph,
    name,
    shape!.length,
    (node) => apply(graph, "normalize", node, bottoms, { acrossSpatial: false, eps: 1e-6 }),
  );
  if (layer.tops.length === 1) return [unit];
  const norm = withFourAxes(
    graph,
    topName(instance, 1),
    shape!.length,
    (node) => apply(graph, "norm", node, bottoms, { axis: 1 }),
  );
  return [unit, norm];
}

/** The channels at each position divided by their L1 norm, which is the second top. */
function normalizedByL1(instance: LayerInstance<unknown>): readonly Value[] {
  const { graph, name, layer, bottoms: [bottom] } = instance;
  const [, channels, ...extents] = bottom!.shape;
  const nodes = new LayerNodes(graph, name), isImage = extents.length > 0;
  const inputs = [
    nodes.add("abs", "magnitudes", [bottom!], {}),
    nodes.constant("ones", [1, channels!, ...(isImage ? [1, 1] : [])], () => 1),
    nodes.numbers("eps", [1e-6]),
  ];
  const sum = isImage
    ? nodes.add("conv2d", "sum", inputs, { output: 1, kernel: [1, 1] })
    : nodes.add("dense", "sum", inputs, { output: 1 });
  const inverse = nodes.add("power", "inverse", [sum], { power: -1 });
  const rank = bottom!.shape.length;
  const unit = withFourAxes(
    graph,
    name,
    rank,
    (node) => timesChannel(graph, node, bottom!, inverse, `${name}/tiled`),
  );
  return layer.tops.length === 1
    ? [unit]
    : [unit, withFourAxes(graph, topName(instance, 1), rank, () => sum)];
}
