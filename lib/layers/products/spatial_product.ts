/**
 * SpatialProduct: multiplies all channels of the first bottom by the one channel of the second.
 * DeepLab uses it for attention over scales.
 *
 * ChannelScale of caffe-windows does the same, whatever the rank of the second bottom. It undoes the
 * Normalize of that fork, whose second top is the norm.
 *
 * @see https://github.com/hszhao/PSPNet/blob/master/src/caffe/layers/spatial_product_layer.cpp
 * @see https://github.com/daijifeng001/caffe-mnc/blob/master/src/caffe/layers/mask_pooling_layer.cu
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/channel_scale_layer.cpp
 *
 * @module
 */
import { bool, message, onlyWith } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer, type LayerInstance } from "../layer.ts";
import { timesChannel } from "./times_planes.ts";

export const spatialProduct = defineLayer({
  type: "SpatialProduct",
  ops: ["eltwise", "reshape", "tile"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [x, factors], shapes }) {
    expectImage(x!.shape);
    if (!sameShape(factors!.shape, planeOf(x!))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but the second must be as large ` +
          "as the first, with one channel",
      );
    }
    const one = fixed(graph, name, factors!, 1, 2);
    return [timesChannel(graph, name, x!, one, `${name}/factors`)];
  },
});

/** MaskPooling of MNC and SSTD, which does the same. */
export const maskPooling: Layer = { ...spatialProduct, type: "MaskPooling" };

export const channelScale = defineLayer({
  type: "ChannelScale",
  ops: ["eltwise", "reshape", "tile"],
  param: {
    name: "channel_scale_param",
    message: message("ChannelScaleParameter", {
      do_forward: bool(0, true),
      /** These two only count in training. */
      do_backward_feature: bool(0, true),
      do_backward_scale: bool(0, true),
      ...onlyWith({ global_scale: false }),
    }),
  },
  bottoms: [2, 2],

  lower: (instance) => instance.param.do_forward ? [timesPlane(instance)] : [instance.bottoms[0]!],
});

/** Spfilter of contextual reweighting networks, which does the same. */
export const spfilter = defineLayer({
  type: "Spfilter",
  ops: ["eltwise", "reshape", "tile"],
  bottoms: [2, 2],
  lower: (instance) => [timesPlane(instance)],
});

/** The channels of the first bottom, times the second's numbers, of which each position has one. */
function timesPlane({ graph, name, bottoms: [x, factors], shapes }: LayerInstance<unknown>): Value {
  const shape = planeOf(x!);
  if (x!.shape.length < 2 || count(factors!.shape) !== count(shape)) {
    throw new TypeError(
      `its bottoms are ${shapes.map(showShape).join(" and ")}, but the second must have one ` +
        "number for each position of the first",
    );
  }
  const plane = sameShape(factors!.shape, shape)
    ? fixed(graph, name, factors!, 1, 2)
    : apply(graph, "reshape", `${name}/plane`, [factors!, x!], {
      shape: [0, 1, ...shape.slice(2).fill(0)],
    });
  return timesChannel(graph, name, x!, plane, `${name}/factors`);
}

/** The shape of one channel of a value. */
function planeOf({ shape: [batch, , ...extents] }: Value): number[] {
  return [batch!, 1, ...extents];
}
