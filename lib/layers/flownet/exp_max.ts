/**
 * NegSquare and ExpMax, by which LiteFlowNet converts distances to weights. NegSquare is −x². ExpMax
 * is an exponential of the difference from the largest channel, which cannot overflow.
 *
 * @see https://github.com/twhui/LiteFlowNet/blob/master/src/caffe/layers/expmax_layer.cu
 * @module
 */
import { expectImage } from "../../../runtime/tensor.ts";
import { exp } from "../bvlc/exp.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";

export const negSquare = defineLayer({
  type: "NegSquare",
  ops: ["power"],

  lower({ graph, name, bottoms }) {
    const square = apply(graph, "power", `${name}/square`, bottoms, { power: 2 });
    return [apply(graph, "power", name, [square], { scale: -1 })];
  },
});

/** Its settings are those of Exp, which it applies to the differences. */
export const expMax: Layer = {
  ...exp,
  type: "ExpMax",
  ops: ["argMax", "eltwise", "exp", "tile"],
  param: { name: "expmax_param", message: exp.param!.message },

  lower(instance) {
    const { graph, name, bottoms: [bottom] } = instance;
    expectImage(bottom!.shape);
    const channels = bottom!.shape[1]!;
    const largest = apply(graph, "argMax", `${name}/largest`, [bottom!], { result: "value" });
    const tiled = apply(graph, "tile", `${name}/tiled`, [largest], { tiles: channels });
    const below = apply(graph, "eltwise", `${name}/below`, [bottom!, tiled], {
      operation: "sum",
      coefficients: [1, -1],
    });
    return exp.lower!({ ...instance, bottoms: [below] });
  },
};
