/**
 * Fast R-CNN's ROIPooling: max pooling of regions of an image, each in the same number of bins. In
 * MS-CNN each region is enlarged first, on each side by a ratio of its extent. In R-C3D regions are
 * windows of time in a video.
 *
 * @see https://github.com/rbgirshick/caffe-fast-rcnn/blob/faster-rcnn/src/caffe/layers/roi_pooling_layer.cpp
 * @module
 */
import { float, message, onlyWith, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { poolWindows } from "../video/roi_pooling_3d.ts";
import { regionFields, regionSettings } from "./region_parameter.ts";

export const roiPooling = defineLayer({
  type: "ROIPooling",
  ops: ["concat", "dense", "eltwise", "power", "reshape", "roiPool", "slice"],
  param: {
    name: "roi_pooling_param",
    number: 8266711,
    message: message("ROIPoolingParameter", {
      ...regionFields,
      pad_ratio: float(4, 0),
      /** Of R-C3D. */
      pooled_l: uint32(0),
      temporal_scale: float(0, 1),
      ...onlyWith({ ringpad: false, spatial_shift: 0 }),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms: [image, boxes] }) {
    const { pooled_h, pooled_w, pooled_l, temporal_scale, pad_ratio } = param;
    if ((image!.shape.length === 5) !== (pooled_l !== undefined)) {
      throw new TypeError(
        `its bottom is ${showShape(image!.shape)}, but with a pooled_l it must be a video ` +
          "[N, C, T, H, W], and without one an image [N, C, H, W]",
      );
    }
    if (pooled_l !== undefined) {
      const settings = { bins: [pooled_l, pooled_h, pooled_w], scale: temporal_scale } as const;
      return [poolWindows(graph, name, image!, boxes!, settings)];
    }
    const parts = pad_ratio === 0 ? boxes! : enlarged(graph, name, boxes!, pad_ratio);
    const regions = [image!, parts];
    return [apply(graph, "roiPool", name, regions, regionSettings(regions, param))];
  },
});

/**
 * Enlarges boxes `[R, 5]`, each an image index and two corners, by a ratio of their extents on each
 * side. It computes in float32 like the fork, because corners are rounded to pixels afterwards.
 */
function enlarged(graph: GraphBuilder, name: string, boxes: Value, ratio: number): Value {
  const nodes = new LayerNodes(graph, name);
  const numbers = nodes.slice("image", boxes, 1, 0, 1);
  const first = nodes.slice("first", boxes, 1, 1, 3), last = nodes.slice("last", boxes, 1, 3, 5);
  const between = nodes.add("eltwise", "between", [first, last], { coefficients: [-1, 1] });
  const pad = nodes.add("power", "pad", [between], { scale: ratio, shift: ratio });
  const start = nodes.add("eltwise", "start", [first, pad], { coefficients: [1, -1] });
  const end = nodes.add("eltwise", "end", [last, pad], { coefficients: [1, 1] });
  return nodes.add("concat", "enlarged", [numbers, start, end], {});
}
