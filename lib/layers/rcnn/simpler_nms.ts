/**
 * SimplerNMS of Intel's fork: Faster R-CNN's Proposal under another name. The least size of a box is
 * multiplied by the image's scale without its fraction. Boxes whose IoU is exactly the threshold are
 * kept in the fork, and dropped here.
 *
 * @see https://github.com/intel/caffe/blob/master/src/caffe/layers/simpler_nms_layer.cpp
 * @module
 */
import { float, floats, message, uint32 } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { anchorsOf, imageInfo, propose } from "./proposal.ts";

/** A scale that no image exceeds. */
const mostScale = 1000;

export const simplerNms = defineLayer({
  type: "SimplerNMS",
  ops: ["concat", "gather", "proposal", "reshape", "slice"],
  param: {
    name: "simpler_nms_param",
    message: message("SimplerNMSParameter", {
      /** These two are unused in the fork. */
      cls_threshold: float(0, 0.5),
      max_num_proposals: uint32(0, 500),
      iou_threshold: float(0, 0.7),
      min_bbox_size: uint32(0, 16),
      feat_stride: uint32(0, 16),
      pre_nms_topn: uint32(0, 6000),
      post_nms_topn: uint32(0, 300),
      scale: floats(0),
    }),
  },
  bottoms: [3, 3],

  lower(instance) {
    const { graph, name, param, bottoms: [scores, deltas, given] } = instance;
    const info = imageInfo(instance, given!);
    if (param.scale.length === 0) throw new TypeError("it has no scale, but needs one at least");
    // Looking up a number in a table of whole numbers removes its fraction.
    const nodes = new LayerNodes(graph, name);
    const table = nodes.constant("whole", [mostScale + 1], (i) => i);
    const scale = nodes.slice("scale", info, 1, 2, 3);
    const floor = nodes.add("gather", "whole scale", [scale, table], {});
    const image = nodes.add("concat", "image", [nodes.slice("size", info, 1, 0, 2), floor], {});
    return propose({ ...instance, bottoms: [scores!, deltas!, image] }, {
      stride: param.feat_stride,
      anchors: anchorsOf([0.5, 1, 2], [...param.scale], 16, Math.round),
      smallest: param.min_bbox_size,
      top: param.pre_nms_topn,
      overlap: param.iou_threshold,
      keep: param.post_nms_topn,
    });
  },
});
