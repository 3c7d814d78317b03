/**
 * NegReLU: min(x, 0), with a slope for positive numbers.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/neg_relu_layer.cpp
 * @module
 */
import type { ParamField } from "../../caffe/net.ts";
import { relu } from "../bvlc/relu.ts";
import { apply, defineLayer } from "../layer.ts";

export const negReLU = defineLayer({
  type: "NegReLU",
  ops: ["power", "relu"],
  param: relu.param as ParamField<{ readonly negative_slope: number }>,

  lower({ graph, name, param: { negative_slope: slope }, bottoms }) {
    const negative = apply(graph, "power", `${name}/negative`, bottoms, { scale: -1 });
    const kept = apply(graph, "relu", `${name}/kept`, [negative], { slope });
    return [apply(graph, "power", name, [kept], { scale: -1 })];
  },
});
