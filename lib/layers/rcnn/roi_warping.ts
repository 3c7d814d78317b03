/**
 * ROIWarping of MNC: each bin of a region is the maximum of bilinear samples, on its borders and about
 * one pixel apart. Boxes are rounded to pixels of the bottom.
 *
 * @see https://arxiv.org/abs/1512.04412
 * @see https://github.com/daijifeng001/caffe-mnc/blob/master/src/caffe/layers/roi_warping_layer.cu
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { regionSettings } from "./region_parameter.ts";

export const roiWarping = defineLayer({
  type: "ROIWarping",
  ops: ["roiAverage"],
  param: {
    name: "roi_warping_param",
    message: message("ROIWarpingParameter", {
      pooled_h: uint32(0, 0),
      pooled_w: uint32(0, 0),
      spatial_scale: float(0, 1),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const settings = regionSettings(bottoms, param);
    return [apply(graph, "roiAverage", name, bottoms, { ...settings, method: "max" })];
  },
});
