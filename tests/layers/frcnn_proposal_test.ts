/**
 * The layers of caffe-faster-rcnn, whose settings are in a configuration file.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { inputText } from "../input_text.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const bottoms = [
  tensor([1, 2, 1, 1], `0.1 0.9`),
  tensor([1, 4, 1, 1], `0 0 0 0`),
  tensor([1, 3], `40 40 1`),
];
const anchors = new Float32Array([2, 4, 21, 33]);
const limits = {
  feat_stride: 8,
  test_rpn_pre_nms_top_n: 6,
  test_rpn_nms_thresh: 0.5,
  test_rpn_post_nms_top_n: 3,
};

testLayer("FrcnnProposal", [{
  does: "keeps a box of the least size",
  param: { anchors, ...limits, test_rpn_min_size: 21 },
  bottoms,
  tops: [tensor([1, 5], `0 2 4 22 34`), tensor([1, 1], `0.9`)],
}, {
  does: "drops a box below the least size",
  param: { anchors, ...limits, test_rpn_min_size: 22 },
  bottoms,
  tops: [{ shape: [0, 5], data: new Float32Array() }],
}, {
  does: "says which settings of the configuration file are assumed",
  param: { anchors, ...limits, test_rpn_nms_thresh: undefined },
  bottoms,
  tops: [tensor([1, 5], `0 2 4 22 34`)],
  warns: /assumed: .* add proposal_param \{ test_rpn_min_size: 16 test_rpn_nms_thresh: 0.7 \} to/,
}]);

Deno.test("FrcnnProposal assumes nine anchors", () => {
  const layer = netLayer("FrcnnProposal", {}, { bottoms: ["scores", "deltas", "im_info"] });
  const filled = (channels: number, value: number) => ({
    shape: [1, channels, 1, 1],
    data: new Float32Array(channels).fill(value),
  });
  const image = tensor([1, 3], `1000 1000 1`);
  const [rois] = runLayer(layer, [filled(18, 0.5), filled(36, 0), image], undefined, () => {});
  assert.deepEqual([...rois!.data.slice(0, 5)], [0, 0, 0, 100, 56]);
});

Deno.test("FrcnnProposal refuses half an anchor", () => {
  const param = { anchors: anchors.subarray(2), ...limits, test_rpn_min_size: 16 };
  const layer = netLayer("FrcnnProposal", param, { bottoms: ["scores", "deltas", "im_info"] });
  assert.throws(() => runLayer(layer, bottoms), {
    message: "its anchors are 2 numbers, but must be four for each anchor",
  });
});

Deno.test("caffe-faster-rcnn as it is trained needs no ground truth", () => {
  const text = inputText("score", [1, 18, 4, 4]) + inputText("delta", [1, 36, 4, 4]) +
    inputText("im_info", [1, 3]) + inputText("gt_boxes", [1, 5]) + `
    layer { name: "targets" type: "FrcnnAnchorTarget"
      bottom: "score" bottom: "gt_boxes" bottom: "im_info"
      top: "rpn_labels" top: "rpn_targets" top: "rpn_inside" top: "rpn_outside" }
    layer { name: "rpn_loss" type: "SoftmaxWithLoss" bottom: "score" bottom: "rpn_labels"
      top: "rpn_loss" }
    layer { name: "loss" type: "SmoothL1Loss" bottom: "delta" bottom: "rpn_targets"
      bottom: "rpn_inside" bottom: "rpn_outside" top: "loss" }
    layer { name: "proposal" type: "FrcnnProposal"
      bottom: "score" bottom: "delta" bottom: "im_info" top: "rpn_rois" }
    layer { name: "roi-data" type: "FrcnnProposalTarget" bottom: "rpn_rois" bottom: "gt_boxes"
      top: "rois" top: "labels" top: "targets" top: "inside" top: "outside" }
    layer { name: "pool" type: "ROIPooling" bottom: "score" bottom: "rois" top: "pool"
      roi_pooling_param { pooled_w: 2 pooled_h: 2 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["score", "delta", "im_info"]);
  assert.deepEqual([...graph.outputs], ["pool", "rpn_loss"]);
});
