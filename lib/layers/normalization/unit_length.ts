/**
 * L2 normalisation of samples, under the many names of forks. Nothing is learned, except in one form
 * of Norm.
 *
 * For images, L2Norm and L2Normalization normalise each position in some forks, and the whole
 * sample in others; NormalizationL2 is known with vectors only.
 *
 * @see https://github.com/xialuxi/arcface-caffe/tree/master/AdaCos
 * @see https://github.com/ruihou/caffe-3d/blob/master/src/caffe/layers/normalization_layer.cpp
 *
 * @module
 */
import { message, onlyWith } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { fixed } from "../fixed.ts";
import { withFourAxes } from "../four_axes.ts";
import { apply, defineLayer, type Layer, type LayerInstance, type LayerShape } from "../layer.ts";
import { timesChannel } from "../products/times_planes.ts";
import { normalize } from "../ssd/normalize.ts";

/** caffe-3d's: its top is a matrix. */
const normalization = defineLayer({
  type: "Normalization",
  ops: ["normalize", "reshape"],
  param: {
    name: "normalization_param",
    // Other forks also support L1.
    message: message("NormalizationParameter", onlyWith({ norm: "L2" })),
  },

  lower(instance) {
    const { graph, name, bottoms: [bottom] } = instance;
    if (bottom!.shape.length === 2) return [unit(instance, name, 0)];
    const whole = unit(instance, `${name}/unit`, 0);
    return [apply(graph, "reshape", name, [whole], { shape: [-1], axis: 1 })];
  },
});

/** Compact bilinear pooling's, and AdaCos's: its top has four axes. */
function wholeSample(type: string): Layer {
  return defineLayer({
    type,
    ops: ["normalize", "reshape"],

    lower(instance) {
      const { graph, name, bottoms: [bottom] } = instance;
      const { length: axis } = bottom!.shape;
      if (axis > 4) throw new TypeError(`its bottom has ${axis} axes, but it needs 4 at most`);
      return [withFourAxes(graph, name, axis, (node) => unit(instance, node, 1e-7))];
    },
  });
}

/**
 * Norm: the channels at each position divided by their L2 norm plus 0.000001; its top has four axes.
 * With a `norm_param` or a learned blob it is SSD's Normalize under another name.
 *
 * @see https://github.com/xiaolonw/caffe-video_triplet
 * @see https://github.com/goodluckcwl/custom-caffe
 */
const norm = defineLayer<unknown>({
  type: "Norm",
  ops: ["affine", "eltwise", "norm", "normalize", "power", "reshape", "tile"],
  param: { name: "norm_param", message: normalize.param!.message },

  blobs: (layer) => isNormalize(layer) ? normalize.blobs!(layer) : [],

  lower(instance) {
    if (isNormalize(instance)) return normalize.lower!(instance);
    const { graph, name, bottoms: [bottom] } = instance;
    const { shape } = bottom!;
    if (shape.length < 2 || shape.length > 4) {
      throw new TypeError(
        `its bottom is ${showShape(shape)}, but it needs channels, and 4 axes at most`,
      );
    }
    const length = apply(graph, "norm", `${name}/length`, [bottom!], {});
    const inverse = apply(graph, "power", `${name}/inverse`, [length], { shift: 1e-6, power: -1 });
    return [
      withFourAxes(
        graph,
        name,
        shape.length,
        (node) => timesChannel(graph, node, bottom!, inverse, `${name}/tiled`),
      ),
    ];
  },
});

/** Whether a Norm is SSD's Normalize. */
function isNormalize({ layer, stored = [] }: LayerShape<unknown>): boolean {
  return layer.hasParam(normalize.param!) || stored.length > 0;
}

/** A type whose meaning differs between forks if there is more than one position. */
function onePosition(type: string): Layer {
  return defineLayer({
    type,
    ops: ["normalize", "reshape"],

    lower(instance) {
      const { graph, name, bottoms: [bottom] } = instance;
      if (count(bottom!.shape.slice(2)) !== 1) {
        throw new TypeError(
          `its bottom is ${showShape(bottom!.shape)}, but some forks normalise each position, ` +
            `and others the whole sample; ${customLayerHint}`,
        );
      }
      return [unit({ graph, bottoms: [fixed(graph, name, bottom!, 2)] }, name, 0)];
    },
  });
}

export const unitLength: readonly Layer[] = [
  normalization,
  wholeSample("L2Normalize"),
  wholeSample("NormL2"),
  norm,
  onePosition("L2Norm"),
  onePosition("L2Normalization"),
  onePosition("NormalizationL2"),
];

/** The samples divided by their L2 norm; `eps` is added to the sum of squares. */
function unit(
  { graph, bottoms }: Pick<LayerInstance<unknown>, "graph" | "bottoms">,
  name: string,
  eps: number,
): Value {
  return apply(graph, "normalize", name, bottoms, { acrossSpatial: true, eps });
}
