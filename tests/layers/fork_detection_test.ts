/**
 * Layers of forks for detectors, worked out by hand.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

testLayer("PriorBox", [{
  does: "gives a square box around the center of each cell",
  param: { min_size: [4.9] },
  bottoms: [tensor([1, 1, 1, 2], `0 0`), { shape: [1, 1, 10, 20], data: new Float32Array(200) }],
  tops: [tensor(
    [1, 2, 8],
    `
    0.15 0.3 0.35 0.7   0.65 0.3 0.85 0.7
    0.1  0.1 0.1  0.1   0.1  0.1 0.1  0.1`,
  )],
}]);

testLayer("PriorBox", [{
  does: "has no square of the min_size without use_default_aspect_ratio, as in Sophgo's fork",
  param: {
    min_size: [4],
    max_size: [9],
    aspect_ratio: [4],
    flip: false,
    use_default_aspect_ratio: false,
  },
  bottoms: [tensor([1, 1, 1, 1], `0`), { shape: [1, 1, 10, 20], data: new Float32Array(200) }],
  tops: [tensor(
    [1, 2, 8],
    `
    0.35 0.2 0.65 0.8   0.3 0.4 0.7 0.6
    0.1  0.1 0.1  0.1   0.1 0.1 0.1 0.1`,
  )],
}]);

testLayer("PriorBox", [{
  does: "warns of the sizes of FaceBoxes without faceboxes",
  param: { min_size: [32, 64, 128], step: 32 },
  bottoms: [tensor([1, 1, 1, 1], `0`), { shape: [1, 1, 32, 64], data: new Float32Array(2048) }],
  tops: [tensor(
    [1, 2, 12],
    `
    0   0   0.5 1     -0.25 -0.5 0.75 1.5   -0.75 -1.5 1.25 2.5
    0.1 0.1 0.1 0.1    0.1   0.1 0.1  0.1    0.1   0.1 0.1  0.1`,
  )],
  warns: /^its sizes are those of FaceBoxes, .* add `faceboxes: true` to each prior_box_param$/,
}]);

for (
  const [param, message] of [
    [{ min_size: [32], density: [4] }, /^it has 0 fixed_size and 1 density, but needs as many/],
    [{ fixed_size: [32, 16], density: [4] }, /^it has 2 fixed_size and 1 density, but needs as/],
    [
      { fixed_size: [32], density: [1.5] },
      /^its density is 1.5, but must be whole numbers from 1 to 100$/,
    ],
    [{ fixed_size: [-1], density: [1] }, /^its fixed_size and fixed_ratio must be above 0$/],
    [
      { min_size: [32], aspect_ratio: [2], faceboxes: true },
      /^with faceboxes it must have no max_s/,
    ],
    [
      { box_width: [3], box_height: [3, 4] },
      /^it has 1 widths and 2 heights, but needs as many of/,
    ],
  ] as const
) {
  Deno.test(`PriorBox refuses ${JSON.stringify(param)}`, () => {
    const layer = netLayer("PriorBox", param, { bottoms: ["grid", "image"] });
    const bottoms = [tensor([1, 1, 1, 1], `0`), tensor([1, 1, 1, 1], `0`)];
    assert.throws(() => runLayer(layer, bottoms), { message });
  });
}

testLayer("ROIPooling", [{
  does: "gives the maximum of each region, and 0 for a region of a missing image",
  param: { pooled_h: 1, pooled_w: 1 },
  bottoms: [
    tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`),
    tensor([2, 5], `0 0 0 2 1  1 0 0 2 1`),
  ],
  tops: [tensor([2, 1, 1, 1], `6 0`)],
}]);

testLayer("PSROIPooling", [{
  does: "averages each bin in its own channel",
  param: { output_dim: 1, group_size: 2 },
  bottoms: [
    tensor([1, 4, 2, 2], `1 0 0 0  0 2 0 0  0 0 3 0  0 0 0 4`),
    tensor([1, 5], `0 0 0 1 1`),
  ],
  tops: [tensor([1, 1, 2, 2], `1 2 3 4`)],
}]);

testLayer("YoloDetectionOutput", [{
  does: "decodes the box of a single cell",
  param: { num_classes: 2, num_box: 1, biases: new Float32Array([1, 0.5]) },
  bottoms: [tensor([1, 7, 1, 1], `0 0 0 0  100  0 0`)],
  tops: [tensor([1, 1, 1, 7], `0 1 0.5  0 0.25 1 0.75`)],
}]);

testLayer("DetectionOutput", [{
  does: "takes nms_threshold and top_k outside nms_param as well",
  param: { num_classes: 2, nms_threshold: 1, top_k: 2 },
  // Three equal boxes, of which the best two are kept.
  bottoms: [
    tensor([1, 12], `0 0 0 0  0 0 0 0  0 0 0 0`),
    tensor([1, 6], `0.4 0.6  0.5 0.5  0.3 0.7`),
    tensor([1, 2, 12], `0 0 1 1  0 0 1 1  0 0 1 1   1 1 1 1  1 1 1 1  1 1 1 1`),
  ],
  tops: [tensor([1, 1, 2, 7], `0 1 0.7 0 0 1 1  0 1 0.6 0 0 1 1`)],
}, {
  does: "keeps all boxes if top_k and keep_top_k are below 0",
  param: { num_classes: 2, nms_threshold: 1, top_k: -2, keep_top_k: -100 },
  bottoms: [
    tensor([1, 8], `0 0 0 0  0 0 0 0`),
    tensor([1, 4], `0.4 0.6  0.5 0.5`),
    tensor([1, 2, 8], `0 0 1 1  0 0 1 1   1 1 1 1  1 1 1 1`),
  ],
  tops: [tensor([1, 1, 2, 7], `0 1 0.6 0 0 1 1  0 1 0.5 0 0 1 1`)],
}]);

const yolov3 = { num_classes: 2, num_box: 1, mask_group_num: 1, mask: [0], anchors_scale: [8] };

testLayer("Yolov3DetectionOutput", [{
  does: "gives only the best class of a box",
  param: { ...yolov3, biases: new Float32Array([8, 4]) },
  bottoms: [tensor([1, 7, 1, 1], `0 0 0 0  100  0 100`)],
  tops: [tensor([1, 1, 1, 7], `0 2 1  0 0.25 1 0.75`)],
}, {
  does: "moves centres away from the middle of a cell by scale_x_y, as Darknet does",
  param: { ...yolov3, biases: new Float32Array([8, 4]), scale_x_y: [1.5] },
  bottoms: [tensor([1, 7, 1, 1], `100 0 0 0  100  0 100`)],
  tops: [tensor([1, 1, 1, 7], `0 2 1  0.75 0.25 1.75 0.75`)],
}]);

testLayer("ROIAlign", [{
  does: "takes the value in the middle of a bin",
  param: { pooled_h: 1, pooled_w: 1, bi_type: 0 },
  bottoms: [tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`), tensor([1, 5], `0 0 0 2 2`)],
  tops: [tensor([1, 1, 1, 1], `7`)],
}]);

/** One position with one anchor, which is proposed without deltas, clipped to the image. */
const proposed = [
  tensor([1, 2, 1, 1], `0.3 0.7`),
  tensor([1, 4, 1, 1], `0 0 0 0`),
  tensor([1, 3], `90 90 0.1`),
];

testLayer("Python", [{
  does: "clips proposals to the image",
  param: {
    module: "rpn.proposal_layer",
    layer: "ProposalLayer",
    param_str: `{"feat_stride": 16, "scales": [1], "ratios": [1]}`,
  },
  bottoms: [
    tensor([1, 2, 1, 1], `0.3 0.7`),
    tensor([1, 4, 1, 1], `0 0 0 0`),
    tensor(
      [1, 3],
      `9 10 0.5`,
    ),
  ],
  tops: [tensor([1, 5], `0 0 0 9 8`), tensor([1, 1], `0.7`)],
}, {
  does: "rounds an anchor's height of 12.5 to 12",
  param: {
    module: "rpn.proposal_layer",
    layer: "ProposalLayer",
    param_str: `{"feat_stride": 16, "scales": [1], "ratios": [0.625]}`,
  },
  bottoms: proposed,
  tops: [tensor([1, 5], `0 0 2 18 14`)],
}]);

testLayer("Python", [{
  does: "scales the least size by the first of PVANet's scales alone",
  param: {
    module: "rpn.proposal_layer",
    layer: "ProposalLayer",
    param_str: `{"feat_stride": 16, "scales": [1], "ratios": [0.625], "base_size": 16}`,
  },
  bottoms: [proposed[0]!, proposed[1]!, tensor([1, 6], `90 90 0.1 9 9 9`)],
  tops: [tensor([1, 5], `0 0 2 18 14`)],
}]);

testLayer("Proposal", [{
  does: "rounds an anchor's height of 12.5 to 13",
  param: { ratio: [0.625], scale: [1], min_size: 1 },
  bottoms: proposed,
  tops: [tensor([1, 5], `0 0 1.5 18 14.5`)],
}]);

Deno.test("Yolov3DetectionOutput refuses gaussian_box", () => {
  const layer = netLayer("Yolov3DetectionOutput", { ...yolov3, gaussian_box: true });
  assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 2], `1 2`)]), {
    message: /^its gaussian_box is true/,
  });
});

/** Two positions with boxes of 21 × 14, one of which is clipped to 9 × 14. */
const wide = [
  tensor([1, 2, 1, 2], `0 0  0.6 0.5`),
  tensor([1, 4, 1, 2], `-0.5 0  0 0  0 0  0 0`),
];

const eight = { ratio: [0.625], scale: [1], min_size: 8, feat_stride: 16 };

testLayer("Proposal", [{
  does: "scales the least height and width by PVANet's two scales",
  param: eight,
  bottoms: [...wide, tensor([1, 6], `90 90 1.7 1.1 1.7 1.1`)],
  tops: [tensor([2, 5], `0 0 1.5 8 14.5  0 14 1.5 34 14.5`), tensor([2], `0.6 0.5`)],
}, {
  does: "gives boxes narrower than the least width, by the second scale, a score of 0",
  param: eight,
  bottoms: [...wide, tensor([1, 6], `90 90 1 2 1 2`)],
  tops: [tensor([2, 5], `0 14 1.5 34 14.5  0 0 1.5 8 14.5`), tensor([2], `0.5 0`)],
}, {
  does: "gives boxes lower than the least height, by the first of PVANet's scales, a score of 0",
  param: { ...eight, post_nms_topn: 1 },
  bottoms: [...wide, tensor([1, 6], `90 90 2 1 2 1`)],
  tops: [tensor([1, 5], `0 0 1.5 8 14.5`), tensor([1], `0`)],
}]);

Deno.test("Proposal refuses the settings of forks that select boxes in another way", () => {
  const refused = (settings: string, names: string) => {
    const bottoms = { x: tensor([1, 2, 1, 1], `0 1`), y: tensor([1, 4, 1, 1], `0 0 0 0`) };
    const text = `layer { name: "rois" type: "Proposal" bottom: "x" bottom: "y" bottom: "info"
      top: "rois" proposal_param { ratio: 1 scale: 1 ${settings} } }`;
    assert.throws(() => runText(text, { ...bottoms, info: tensor([1, 3], `20 20 1`) }), {
      message: new RegExp(`it has ${names}, as a layer of this name in another fork`),
    });
  };
  refused("max_rois: 300 anchor_scale: 3", "anchor_scale, max_rois");
  refused("iou_threshold: 0.5", "iou_threshold");
  refused("score_thresh: 0.1", "score_thresh");
});
