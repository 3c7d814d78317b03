/**
 * LayerNorm and LpNormalization of Synopsys's fork: the first subtracts the mean of each sample and
 * divides by its standard deviation, the second divides by the norm of each line along an axis.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/layer_norm_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/lp_normalization_layer.cpp
 * @module
 */
import { bool, float, int32, message } from "../../../proto/message.ts";
import { axisOf } from "../../../runtime/tensor.ts";
import { broadcast } from "../broadcast.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";
import { reduceBy, reducedTo } from "../reduced.ts";

export const layerNorm = defineLayer({
  type: "LayerNorm",
  ops: ["affine", "standardize"],
  param: {
    name: "layer_norm_param",
    message: message("LayerNormParameter", { eps: float(0), elementwise_affine: bool(0) }),
  },

  blobs({ param, stored = [], shapes: [shape] }) {
    if (!(param.elementwise_affine ?? stored.length > 0)) return [];
    const of = { shape: shape!.slice(1), because: "a sample of its bottom" };
    return [
      { name: "scale", filler: constant(1), ...of },
      { name: "offset", filler: constant(0), ...of },
    ];
  },

  lower({ graph, name, param: { eps }, bottoms: [bottom], blobs }) {
    if (eps === undefined) {
      throw new TypeError("its layer_norm_param has no eps, and its default is unknown");
    }
    const settings = { over: "sample", eps, epsUnderRoot: true } as const;
    if (blobs.length === 0) return [apply(graph, "standardize", name, [bottom!], settings)];
    const unit = apply(graph, "standardize", `${name}/unit`, [bottom!], settings);
    return [apply(graph, "affine", name, [unit, ...blobs], { axis: 1 })];
  },
});

export const lpNormalization = defineLayer({
  type: "LpNormalization",
  ops: ["affine", "eltwise", "permute", "power", "reduce", "reshape", "tile"],
  param: {
    name: "lp_normalization_param",
    message: message("LpNormalizationParameter", { axis: int32(0), p: int32(0) }),
  },

  lower({ graph, name, param: { axis, p }, bottoms: [bottom] }) {
    if (axis === undefined || p === undefined) {
      throw new TypeError(
        "its lp_normalization_param lacks axis or p, of which no defaults are known",
      );
    }
    if (p !== 1 && p !== 2) throw new TypeError(`its p is ${p}, but must be 1 or 2`);
    const line = { axes: [axisOf(axis, bottom!.shape.length)], keeps: true };
    const operation = p === 1 ? "magnitudes" : "squares";
    const sums = reducedTo(graph, `${name}/sums`, bottom!, reduceBy(operation), line);
    const factors = apply(graph, "power", `${name}/factors`, [sums], { power: -1 / p });
    return [broadcast(graph, name, [bottom!, factors], { operation: "product" })];
  },
});
