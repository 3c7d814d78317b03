/**
 * NegSquare and ExpMax, by which LiteFlowNet converts distances to weights. NegSquare is −x². ExpMax
 * is an exponential of the difference from the largest channel, which cannot overflow.
 *
 * @see https://github.com/twhui/LiteFlowNet/blob/master/src/caffe/layers/expmax_layer.cu
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const negSquare = defineLayer({
  type: "NegSquare",
  ops: ["power"],

  lower({ graph, name, bottoms }) {
    const square = apply(graph, "power", `${name}/square`, bottoms, { power: 2 });
    return [apply(graph, "power", name, [square], { scale: -1 })];
  },
});

export const expMax = defineLayer({
  type: "ExpMax",
  ops: ["argMax", "eltwise", "exp", "tile"],
  param: {
    name: "expmax_param",
    // The settings are those of Exp.
    message: message("ExpMaxParameter", {
      base: float(1, -1),
      scale: float(2, 1),
      shift: float(3, 0),
    }),
  },

  lower({ graph, name, param: { base, scale, shift }, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    if (base !== -1 && base <= 0) {
      throw new TypeError(`its base is ${base}, but it must be positive, or -1 for e`);
    }
    const channels = bottom!.shape[1]!;
    const largest = apply(graph, "argMax", `${name}/largest`, [bottom!], { result: "value" });
    const tiled = apply(graph, "tile", `${name}/tiled`, [largest], { tiles: channels });
    const below = apply(graph, "eltwise", `${name}/below`, [bottom!, tiled], {
      operation: "sum",
      coefficients: [1, -1],
    });
    return [apply(graph, "exp", name, [below], { base, scale, shift })];
  },
});
