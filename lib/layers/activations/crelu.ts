/**
 * CReLU: concatenates the rectified blob and its rectified negative along an axis.
 *
 * PVANet expresses it as Power, Concat, Scale and ReLU.
 *
 * @see https://arxiv.org/abs/1603.05201
 *
 * @module
 */
import { float, int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const crelu = defineLayer({
  type: "CReLU",
  ops: ["concat", "power", "relu"],
  param: {
    name: "crelu_param",
    message: message("CReLUParameter", { negative_slope: float(1, 0), concat_axis: int32(2, 1) }),
  },

  lower({ graph, name, param: { negative_slope: slope, concat_axis: axis }, bottoms: [bottom] }) {
    const negative = apply(graph, "power", `${name}/negative`, [bottom!], { scale: -1 });
    const both = apply(graph, "concat", `${name}/both`, [bottom!, negative], { axis });
    return [apply(graph, "relu", name, [both], { slope })];
  },
});
