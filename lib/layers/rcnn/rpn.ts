/**
 * RPN: Faster R-CNN's Proposal in C++, in several forks. Boxes may end at the image's border, one pixel
 * further than Proposal's, and are dropped by their sizes before they are clipped. Limits that are not
 * in the file are 0: none.
 *
 * Most of the forks keep anchors as integers, dropping fractions. They spell a limit `per_nms_topn`; the
 * one that keeps fractions spells it `pre_nms_topn`.
 *
 * @see https://github.com/xyfer17/faster-rcnn-caffe/blob/master/src/caffe/layers/rpn_layer.cpp
 * @see https://github.com/JohnHush/caffe/blob/master/src/caffe/layers/rpn_layer.cpp
 * @module
 */
import { float, floats, message, uint32 } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { anchorsOf, imageInfo, propose } from "./proposal.ts";

export const rpn = defineLayer({
  type: "RPN",
  ops: ["affine", "proposal", "reshape", "slice"],
  param: {
    name: "rpn_param",
    message: message("RPNParameter", {
      feat_stride: uint32(0, 0),
      basesize: uint32(0, 0),
      scale: floats(0),
      ratio: floats(0),
      boxminsize: uint32(0, 0),
      per_nms_topn: uint32(0, 0),
      pre_nms_topn: uint32(0),
      post_nms_topn: uint32(0, 0),
      nms_thresh: float(0, 0),
    }),
  },
  bottoms: [3, 3],
  tops: [1, 2],

  lower(instance) {
    const { graph, name, param, bottoms: [scores, deltas, given] } = instance;
    const exact = anchorsOf([...param.ratio], [...param.scale], param.basesize, Math.round);
    const anchors = param.pre_nms_topn === undefined ? exact.map(Math.trunc) : exact;
    if (anchors.length === 0) {
      throw new TypeError("it needs a scale and a ratio at least, for its anchors");
    }
    const info = imageInfo(instance, given!);
    const nodes = new LayerNodes(graph, name), border = nodes.numbers("border", [1, 1, 0]);
    const image = nodes.add("affine", "image", [info, border], { terms: "offset" });
    return propose({ ...instance, bottoms: [scores!, deltas!, image] }, {
      stride: param.feat_stride,
      anchors,
      smallest: param.boxminsize,
      top: param.pre_nms_topn ?? param.per_nms_topn,
      overlap: param.nms_thresh,
      keep: param.post_nms_topn,
      whole: true,
    });
  },
});
