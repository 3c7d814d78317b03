/**
 * ROIAlignPooling of SenseTime's tool chain: regions of an image, with one bilinear sample half a bin
 * away from where each bin starts inside the image. A box includes its last row and column, and is at
 * least one pixel wide and high. Samples on the last row and column of the image are 0, as are those
 * beyond.
 *
 * Of several samples its GPU code takes the largest, its CPU code the last; they are refused.
 *
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/roialignpooling.c
 * @module
 */
import { message, onlyWith } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { regionFields, regionSettings } from "./region_parameter.ts";

export const roiAlignPooling = defineLayer({
  type: "ROIAlignPooling",
  ops: ["concat", "eltwise", "power", "reshape", "roiAverage", "slice"],
  param: {
    name: "roi_align_pooling_param",
    message: message("ROIAlignPoolingParameter", {
      ...regionFields,
      ...onlyWith({ sample_num: 1 }),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const settings = regionSettings(bottoms, param), [image, boxes] = bottoms;
    const nodes = new LayerNodes(graph, name);
    const list = nodes.reshape("boxes", boxes!, [0, 5]);
    const start = nodes.slice("start", list, 1, 0, 3), first = nodes.slice("first", start, 1, 1, 3);
    const end = nodes.add("eltwise", "end", [
      nodes.add("power", "after the last", [nodes.slice("last", list, 1, 3, 5)], { shift: 1 }),
      nodes.add("power", "after a pixel", [first], { shift: 1 / settings.scale }),
    ], { operation: "max" });
    const whole = nodes.add("concat", "whole", [start, end], {});
    return [
      apply(graph, "roiAverage", name, [image!, whole], {
        ...settings,
        samples: 1,
        method: "inner",
      }),
    ];
  },
});
