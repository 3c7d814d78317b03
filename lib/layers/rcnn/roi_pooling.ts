/**
 * ROIPooling: the maxima of parts of an image, each in the same number of bins, as Fast R-CNN has
 * it.
 *
 * @see https://github.com/rbgirshick/caffe-fast-rcnn/blob/faster-rcnn/src/caffe/layers/roi_pooling_layer.cpp
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const roiPooling = defineLayer({
  type: "ROIPooling",
  ops: ["roiPool"],
  param: {
    name: "roi_pooling_param",
    number: 8266711,
    message: message("ROIPoolingParameter", {
      pooled_h: uint32(1, 0),
      pooled_w: uint32(2, 0),
      spatial_scale: float(3, 1),
    }),
  },
  bottoms: [2, 2],

  lower: ({ graph, name, param: { pooled_h, pooled_w, spatial_scale: scale }, bottoms }) => [
    apply(graph, "roiPool", name, bottoms, { bins: [pooled_h, pooled_w], scale }),
  ],
});
