/**
 * R-FCN's PSROIPooling: position-sensitive average pooling of regions, in which each bin has channels
 * of its own.
 *
 * @see https://arxiv.org/abs/1605.06409
 * @module
 */
import { float, int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const psroiPooling = defineLayer({
  type: "PSROIPooling",
  ops: ["psroiPool"],
  param: {
    name: "psroi_pooling_param",
    number: 10001,
    message: message("PSROIPoolingParameter", {
      spatial_scale: float(1, 1),
      output_dim: int32(2, 0),
      group_size: int32(3, 0),
    }),
  },
  bottoms: [2, 2],

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "psroiPool", name, bottoms, {
      output: param.output_dim,
      group: param.group_size,
      scale: param.spatial_scale,
    }),
  ],
});
