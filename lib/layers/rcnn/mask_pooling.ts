/**
 * ROIMaskPooling and PSROIMaskPooling: ROIPooling and R-FCN's PSROIPooling of boxes that are enlarged,
 * or made smaller, around their centres. GBD-Net sees each region with its surroundings by the first;
 * SenseTime's tool chain writes the second.
 *
 * They can pool halves of boxes, shift them, leave out their middles and enlarge bins as well, which no
 * published network does; that is refused.
 *
 * @see https://github.com/craftGBD/caffe-GBD/blob/master/src/caffe/layers/roi_mask_pooling_layer.cu
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/psroimaskpooling.c
 * @module
 */
import { float, int32, message, onlyWith } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectBoxes, regionFields, regionSettings } from "./region_parameter.ts";

export const roiMaskPooling = defineLayer({
  type: "ROIMaskPooling",
  ops: ["concat", "eltwise", "power", "reshape", "roiPool", "slice"],
  param: {
    name: "roi_mask_pooling_param",
    message: message("ROIMaskPoolingParameter", {
      ...regionFields,
      roi_scale: float(5, 1),
      ...onlyWith({ half_part: 0, mask_scale: 0, spatial_shift: 0 }),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const settings = regionSettings(bottoms, param), [image, boxes] = bottoms;
    const regions = scaled(graph, name, boxes!, param.roi_scale);
    return [apply(graph, "roiPool", name, [image!, regions], settings)];
  },
});

export const psroiMaskPooling = defineLayer({
  type: "PSROIMaskPooling",
  ops: ["concat", "eltwise", "power", "psroiPool", "reshape", "slice"],
  param: {
    name: "psroi_mask_pooling_param",
    message: message("PSROIMaskPoolingParameter", {
      spatial_scale: float(0, 1),
      output_dim: int32(0, 0),
      group_size: int32(0, 0),
      roi_scale: float(0, 1),
      ...onlyWith({ bin_scale: 1 }),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms: [image, boxes] }) {
    expectBoxes(boxes!);
    const regions = scaled(graph, name, boxes!, param.roi_scale);
    return [
      apply(graph, "psroiPool", name, [image!, regions], {
        output: param.output_dim,
        group: param.group_size,
        scale: param.spatial_scale,
      }),
    ];
  },
});

/**
 * Scales boxes `[R, 5]`, each an image index and two corners, around their centres. It computes in
 * float32 like the forks, because corners are rounded to pixels afterwards.
 */
function scaled(graph: GraphBuilder, name: string, boxes: Value, scale: number): Value {
  const nodes = new LayerNodes(graph, name);
  const list = nodes.reshape("boxes", boxes, [0, 5]);
  const first = nodes.slice("first", list, 1, 1, 3), last = nodes.slice("last", list, 1, 3, 5);
  const between = nodes.add("eltwise", "between", [first, last], { coefficients: [-1, 1] });
  const centre = nodes.add("eltwise", "centre", [first, last], { coefficients: [0.5, 0.5] });
  const reach = nodes.add("power", "reach", [between], { scale: scale / 2 });
  return nodes.add("concat", "scaled", [
    nodes.slice("image", list, 1, 0, 1),
    nodes.add("eltwise", "start", [centre, reach], { coefficients: [1, -1] }),
    nodes.add("eltwise", "end", [centre, reach], { coefficients: [1, 1] }),
  ], {});
}
