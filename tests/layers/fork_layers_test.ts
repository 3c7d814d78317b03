/**
 * Layers of Caffe's forks, worked by hand. The recordings of the forks are too many for the
 * repository; here is one small case of each layer, and what none of them shows.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("Permute", [{
  does: "puts the channels last",
  param: { order: [0, 2, 3, 1] },
  bottoms: [tensor([1, 2, 2, 2], `1 2 3 4  5 6 7 8`)],
  tops: [tensor([1, 2, 2, 2], `1 5  2 6  3 7  4 8`)],
}]);

testLayer("Transpose", [{
  does: "swaps rows and columns",
  param: { dim: [1, 0] },
  bottoms: [tensor([2, 3], `1 2 3  4 5 6`)],
  tops: [tensor([3, 2], `1 4  2 5  3 6`)],
}]);

testLayer("PixelShuffle", [{
  does: "makes squares of pixels of the channels",
  param: { upscale_factor: 2 },
  bottoms: [tensor([1, 4, 1, 3], `1 2 3  4 5 6  7 8 9  10 11 12`)],
  tops: [tensor([1, 1, 2, 6], `1 4 2 5 3 6  7 10 8 11 9 12`)],
}]);

testLayer("Unsqueeze", [{
  does: "counts the place of the new axis from behind too",
  param: { dim: -1 },
  bottoms: [tensor([2, 3], `1 2 3  4 5 6`)],
  tops: [tensor([2, 3, 1], `1 2 3  4 5 6`)],
}]);

testLayer("Pad", [{
  does: "puts zeros on each side",
  param: { pad_d: 1, pad_l: 2, pad_r: 1 },
  bottoms: [tensor([1, 1, 2, 2], `1 2  3 4`)],
  tops: [tensor([1, 1, 3, 5], `0 0 1 2 0  0 0 3 4 0  0 0 0 0 0`)],
}]);

testLayer("ContinuationIndicator", [{
  does: "starts each sequence at the first step",
  param: { time_step: 3, batch_size: 2 },
  bottoms: [],
  tops: [tensor([3, 2], `0 0  1 1  1 1`)],
}]);

testLayer("Eltwise", [{
  does: "scales one bottom, as FlowNet has it",
  param: { coeff: [20] },
  bottoms: [tensor([1, 2], `1 -0.5`)],
  tops: [tensor([1, 2], `20 -10`)],
}]);

testLayer("Convolution", [{
  does: "has holes in its kernels, as DeepLab calls them",
  param: { num_output: 1, kernel_size: [2], hole: 2, hole_w: 1, bias_term: false },
  bottoms: [tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`)],
  blobs: [tensor([1, 1, 2, 2], `1 10  100 1000`)],
  tops: [tensor([1, 1, 1, 2], `8721 9832`)],
}]);

testLayer("Normalize", [{
  does: "divides by the length at each position",
  param: { across_spatial: false },
  bottoms: [tensor([1, 2, 1, 2], `3 0  4 2`)],
  tops: [tensor([1, 2, 1, 2], `0.6 0  0.8 1`)],
}]);

testLayer("PriorBox", [{
  does: "lays a square around the middle of each cell",
  param: { min_size: [4.9] },
  bottoms: [tensor([1, 1, 1, 2], `0 0`), { shape: [1, 1, 10, 20], data: new Float32Array(200) }],
  tops: [tensor(
    [1, 2, 8],
    `
    0.15 0.3 0.35 0.7   0.65 0.3 0.85 0.7
    0.1  0.1 0.1  0.1   0.1  0.1 0.1  0.1`,
  )],
}, {
  does: "lays a second one around the lower border of each cell, as in TextBoxes++",
  param: { min_size: [4], aspect_ratio: [4], flip: false, denser_prior_boxes: true },
  bottoms: [tensor([1, 1, 1, 1], `0`), { shape: [1, 1, 10, 20], data: new Float32Array(200) }],
  tops: [tensor(
    [1, 2, 16],
    `
    0.4 0.3 0.6 0.7   0.4 0.8 0.6 1.2   0.3 0.4 0.7 0.6   0.3 0.9 0.7 1.1
    0.1 0.1 0.1 0.1   0.1 0.1 0.1 0.1   0.1 0.1 0.1 0.1   0.1 0.1 0.1 0.1`,
  )],
}]);

testLayer("ShuffleChannel", [{
  does: "takes one channel of each group in turn",
  param: { group: 2 },
  bottoms: [tensor([1, 6, 1, 1], `1 2 3  4 5 6`)],
  tops: [tensor([1, 6, 1, 1], `1 4  2 5  3 6`)],
}]);

testLayer("ConvolutionDepthwise", [{
  does: "has one kernel a channel, whatever num_output says",
  param: { num_output: 99, group: 7, kernel_size: [1], bias_term: false },
  bottoms: [tensor([1, 2, 1, 1], `5 7`)],
  blobs: [tensor([2, 1, 1, 1], `2 3`)],
  tops: [tensor([1, 2, 1, 1], `10 21`)],
}]);

testLayer("DepthwiseConvolution", [{
  does: "is a convolution",
  param: { num_output: 1, kernel_size: [1], bias_term: false },
  bottoms: [tensor([1, 2, 1, 1], `5 7`)],
  blobs: [tensor([1, 2, 1, 1], `2 3`)],
  tops: [tensor([1, 1, 1, 1], `31`)],
}]);

testLayer("BN", [{
  does: "normalises with four blobs, as in PSPNet",
  param: { eps: 0 },
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  blobs: [`2`, `1`, `1`, `4`].map((blob) => tensor([1, 1, 1, 1], blob)),
  tops: [tensor([1, 1, 1, 2], `1 3`)],
}, {
  does: "scales and shifts with two blobs, as in SegNet",
  param: { bn_mode: "INFERENCE" },
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  blobs: [`2`, `1`].map((blob) => tensor([1, 1, 1, 1], blob)),
  tops: [tensor([1, 1, 1, 2], `3 7`)],
}]);

testLayer("Interp", [{
  does: "keeps the corners",
  param: { zoom_factor: 2 },
  bottoms: [tensor([1, 1, 1, 2], `0 2`)],
  tops: [tensor([1, 1, 1, 3], `0 1 2`)],
}, {
  does: "cuts off before it resizes",
  param: { height: 1, width: 3, pad_beg: -1 },
  bottoms: [tensor([1, 1, 2, 3], `9 9 9  9 0 4`)],
  tops: [tensor([1, 1, 1, 3], `0 2 4`)],
}]);

testLayer("Axpy", [{
  does: "scales each channel and adds",
  bottoms: [
    tensor([1, 2, 1, 1], `2 3`),
    tensor([1, 2, 1, 2], `1 2  3 4`),
    tensor([1, 2, 1, 2], `10 10  10 10`),
  ],
  tops: [tensor([1, 2, 1, 2], `12 14  19 22`)],
}]);

testLayer("ReLU6", [{
  does: "cuts at 0 and 6",
  bottoms: [tensor([3], `-1 3 8`)],
  tops: [tensor([3], `0 3 6`)],
}, {
  does: "scales what is negative by a slope",
  param: { negative_slope: 0.5 },
  bottoms: [tensor([3], `-20 3 8`)],
  tops: [tensor([3], `-10 3 6`)],
}]);

testLayer("Upsample", [{
  does: "repeats each pixel, as in YOLO",
  param: { scale: 2 },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}, {
  does: "puts values where the mask says, as in SegNet; the last of a position stays",
  bottoms: [tensor([1, 1, 1, 3], `5 6 7`), tensor([1, 1, 1, 3], `4 3 4`)],
  tops: [tensor([1, 1, 2, 6], `0 0 0 6 7 0  0 0 0 0 0 0`)],
}]);

testLayer("NNUpsample", [{
  does: "repeats each pixel",
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}]);

testLayer("Upsampling", [{
  does: "repeats each pixel",
  param: { scalefactor: 3 },
  bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
  tops: [
    tensor(
      [1, 2, 3, 6],
      `1 1 1 2 2 2  1 1 1 2 2 2  1 1 1 2 2 2  3 3 3 4 4 4  3 3 3 4 4 4  3 3 3 4 4 4`,
    ),
  ],
}]);

Deno.test("Upsampling needs scalefactor", () => {
  assert.throws(() => runLayer(netLayer("Upsampling", {}), [tensor([1, 1, 1, 2], `1 2`)]), {
    message: "it has no scalefactor above 0, and its default is unknown",
  });
});

testLayer("UpsampleDarknet", [{
  does: "repeats each pixel",
  param: { stride: 3 },
  bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
  tops: [
    tensor(
      [1, 2, 3, 6],
      `1 1 1 2 2 2  1 1 1 2 2 2  1 1 1 2 2 2  3 3 3 4 4 4  3 3 3 4 4 4  3 3 3 4 4 4`,
    ),
  ],
}]);

Deno.test("UpsampleDarknet needs stride", () => {
  assert.throws(() => runLayer(netLayer("UpsampleDarknet", {}), [tensor([1, 1, 1, 2], `1 2`)]), {
    message: "it has no stride above 0, and its default is unknown",
  });
});

testLayer("Reorg", [{
  does: "reads a larger image, and deals its pixels out",
  param: { stride: 2 },
  bottoms: [tensor([1, 4, 2, 2], `1 2 3 4  5 6 7 8  9 10 11 12  13 14 15 16`)],
  tops: [tensor([1, 16, 1, 1], `1 3 9 11  2 4 10 12  5 7 13 15  6 8 14 16`)],
}]);

testLayer("ROIPooling", [{
  does: "keeps the maximum of a box; one of an image that is not there is empty",
  param: { pooled_h: 1, pooled_w: 1 },
  bottoms: [
    tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`),
    tensor([2, 5], `0 0 0 2 1  1 0 0 2 1`),
  ],
  tops: [tensor([2, 1, 1, 1], `6 0`)],
}]);

testLayer("PSROIPooling", [{
  does: "has a channel for each bin",
  param: { output_dim: 1, group_size: 2 },
  bottoms: [
    tensor([1, 4, 2, 2], `1 0 0 0  0 2 0 0  0 0 3 0  0 0 0 4`),
    tensor([1, 5], `0 0 0 1 1`),
  ],
  tops: [tensor([1, 1, 2, 2], `1 2 3 4`)],
}]);

testLayer("ChannelNorm", [{
  does: "measures the channels",
  bottoms: [tensor([1, 2, 1, 2], `3 0  4 2`)],
  tops: [tensor([1, 1, 1, 2], `5 2`)],
}]);

testLayer("Reverse", [{
  does: "turns the first axis around",
  bottoms: [tensor([3, 2], `1 2  3 4  5 6`)],
  tops: [tensor([3, 2], `5 6  3 4  1 2`)],
}]);

testLayer("ReverseTime", [{
  does: "turns each sequence around up to its length",
  bottoms: [tensor([3, 2], `1 10  2 20  3 30`), tensor([2], `2 3`)],
  tops: [tensor([3, 2], `2 30  1 20  0 10`)],
}]);

testLayer("FlowWarp", [{
  does: "fetches pixels from where the flow points",
  bottoms: [tensor([1, 1, 1, 3], `1 2 3`), tensor([1, 2, 1, 3], `0.5 0 5  0 0 0`)],
  tops: [tensor([1, 1, 1, 3], `1.5 2 0`)],
}]);

Deno.test("FlowWarp refuses a flow for each of several groups of channels", () => {
  const layer = netLayer("FlowWarp", {}, { bottoms: ["image", "flow"] });
  const bottoms = [tensor([1, 2, 1, 1], `1 2`), tensor([1, 4, 1, 1], `0 0 0 0`)];
  assert.throws(() => runLayer(layer, bottoms), /second bottom is \[1, 4, 1, 1\]/);
});

testLayer("Correlation", [{
  does: "averages products over the channels",
  param: { kernel_size: 1, max_displacement: 0 },
  bottoms: [tensor([1, 2, 1, 1], `1 2`), tensor([1, 2, 1, 1], `3 4`)],
  tops: [tensor([1, 1, 1, 1], `5.5`)],
}]);

testLayer("Resample", [{
  does: "takes the nearest pixel",
  param: { type: "NEAREST", height: 2, width: 4 },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}]);

testLayer("Downsample", [{
  does: "averages, near pixels counting more, to the size of the second bottom",
  bottoms: [tensor([1, 1, 1, 3], `1 2 3`), tensor([1, 1, 1, 2], `0 0`)],
  tops: [tensor([1, 1, 1, 2], `1.3333333 2.6666667`)],
}]);

testLayer("CTCGreedyDecoder", [{
  does: "reads two labels where a blank is between them",
  bottoms: [tensor([5, 1, 3], `0 1 0  0 1 0  1 0 0  0 1 0  0 0 1`)],
  tops: [tensor([1, 5, 1, 1], `1 1 2 -1 -1`)],
}]);

testLayer("YoloDetectionOutput", [{
  does: "finds a box in the only cell",
  param: { num_classes: 2, num_box: 1, biases: new Float32Array([1, 0.5]) },
  bottoms: [tensor([1, 7, 1, 1], `0 0 0 0  100  0 0`)],
  tops: [tensor([1, 1, 1, 7], `0 1 0.5  0 0.25 1 0.75`)],
}]);

const polygons = {
  num_classes: 2,
  code_type: "CENTER_SIZE",
  use_polygon: true,
  confidence_threshold: 0.5,
};

testLayer("DetectionOutput", [{
  does: "tells the four corners of a box, as in TextBoxes++",
  param: polygons,
  // Two boxes of 0.4 × 0.2, of which the second is moved by 0.04 and 0.04, and its corners turned.
  bottoms: [
    tensor(
      [1, 24],
      `0 0 0 0  0 0 0 0 0 0 0 0   1 1 0 0  0 -1 1 0 0 1 -1 0.5`,
    ),
    tensor([1, 4], `0.9 0.1  0.2 0.8`),
    tensor([1, 2, 8], `0 0 0.4 0.2  0.2 0.4 0.6 0.6   0.1 0.2 0.2 0.2  0.1 0.2 0.2 0.2`),
  ],
  tops: [tensor(
    [1, 1, 1, 15],
    `0 1 0.8  0.24 0.44 0.64 0.64   0.2 0.36  0.64 0.4  0.6 0.64  0.16 0.62`,
  )],
}, {
  does: "has a row of 15 where it finds nothing, as in TextBoxes++",
  param: polygons,
  bottoms: [
    tensor([1, 12], `0 0 0 0  0 0 0 0 0 0 0 0`),
    tensor([1, 2], `0.9 0.1`),
    tensor([1, 2, 4], `0 0 0.4 0.2   0.1 0.2 0.2 0.2`),
  ],
  tops: [tensor([1, 1, 1, 15], `0 -1 -1 -1 -1 -1 -1  -1 -1 -1 -1 -1 -1 -1 -1`)],
}]);

Deno.test("DetectionOutput refuses corners that TextBoxes++ does not have", () => {
  const layer = netLayer("DetectionOutput", { ...polygons, code_type: "CORNER" }, {
    bottoms: ["locations", "scores", "priors"],
  });
  const bottoms = [tensor([1, 1], `0`), tensor([1, 1], `0`), tensor([1, 1], `0`)];
  assert.throws(
    () => runLayer(layer, bottoms),
    /it has use_polygon, which is supported only with code_type/,
  );
});

const yolov3 = { num_classes: 2, num_box: 1, mask_group_num: 1, mask: [0], anchors_scale: [8] };

testLayer("Yolov3DetectionOutput", [{
  does: "keeps the best class of a box",
  param: { ...yolov3, biases: new Float32Array([8, 4]) },
  bottoms: [tensor([1, 7, 1, 1], `0 0 0 0  100  0 100`)],
  tops: [tensor([1, 1, 1, 7], `0 2 1  0 0.25 1 0.75`)],
}]);

testLayer("ROIAlign", [{
  does: "takes the value in the middle of a bin",
  param: { pooled_h: 1, pooled_w: 1, bi_type: 0 },
  bottoms: [tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`), tensor([1, 5], `0 0 0 2 2`)],
  tops: [tensor([1, 1, 1, 1], `7`)],
}]);

/** One place whose anchor is proposed as it is, where it lies in the image. */
const proposed = [
  tensor([1, 2, 1, 1], `0.3 0.7`),
  tensor([1, 4, 1, 1], `0 0 0 0`),
  tensor([1, 3], `90 90 0.1`),
];

testLayer("Python", [{
  does: "proposes an anchor as far as it lies in the image",
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
  does: "rounds 12.5, the height of its anchor, to 12",
  param: {
    module: "rpn.proposal_layer",
    layer: "ProposalLayer",
    param_str: `{"feat_stride": 16, "scales": [1], "ratios": [0.625]}`,
  },
  bottoms: proposed,
  tops: [tensor([1, 5], `0 0 2 18 14`)],
}]);

testLayer("Python", [{
  does: "proposes by the first of PVANet's scales alone",
  param: {
    module: "rpn.proposal_layer",
    layer: "ProposalLayer",
    param_str: `{"feat_stride": 16, "scales": [1], "ratios": [0.625], "base_size": 16}`,
  },
  bottoms: [proposed[0]!, proposed[1]!, tensor([1, 6], `90 90 0.1 9 9 9`)],
  tops: [tensor([1, 5], `0 0 2 18 14`)],
}]);

testLayer("Proposal", [{
  does: "rounds 12.5, the height of its anchor, to 13",
  param: { ratio: [0.625], scale: [1], min_size: 1 },
  bottoms: proposed,
  tops: [tensor([1, 5], `0 0 1.5 18 14.5`)],
}]);

/** Two places with boxes of 21 × 14, of which the image leaves 9 × 14 of one. */
const wide = [
  tensor([1, 2, 1, 2], `0 0  0.6 0.5`),
  tensor([1, 4, 1, 2], `-0.5 0  0 0  0 0  0 0`),
];

const eight = { ratio: [0.625], scale: [1], min_size: 8, feat_stride: 16 };

testLayer("Proposal", [{
  does: "keeps boxes as large as both of PVANet's scales say",
  param: eight,
  bottoms: [...wide, tensor([1, 6], `90 90 1.7 1.1 1.7 1.1`)],
  tops: [tensor([2, 5], `0 0 1.5 8 14.5  0 14 1.5 34 14.5`), tensor([2, 1], `0.6 0.5`)],
}, {
  does: "drops boxes less wide than the second scale says",
  param: eight,
  bottoms: [...wide, tensor([1, 6], `90 90 1 2 1 2`)],
  tops: [tensor([1, 5], `0 14 1.5 34 14.5`), tensor([1, 1], `0.5`)],
}]);

Deno.test("Proposal drops boxes less high than the first of PVANet's scales says", () => {
  const [rois] = runLayer(
    netLayer("Proposal", eight, { bottoms: ["scores", "deltas", "im_info"], tops: ["rois"] }),
    [...wide, tensor([1, 6], `90 90 2 1 2 1`)],
  );
  assert.deepEqual(rois!.shape, [0, 5]);
});

const measured = (pixel: string, channel: string) => [
  tensor([1, 1, 1, 1], `7`),
  tensor([1, 2, 1, 2], pixel),
  tensor([1, 2, 1, 1], channel),
];

testLayer("DataAugmentation", [{
  does: "takes away the mean of each channel that it has measured",
  param: { recompute_mean: 1000, mean_per_pixel: false, crop_height: 1, crop_width: 2 },
  bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
  blobs: measured(`9 9 9 9`, `0.5 2`),
  tops: [tensor([1, 2, 1, 2], `0.5 1.45  1 1.95`)],
}, {
  does: "takes away the mean of each pixel that it has measured",
  param: { recompute_mean: 1 },
  bottoms: [tensor([2, 2, 1, 2], `1 2 3 4  5 6 7 8`)],
  blobs: measured(`1 0 2 0.5`, `9 9`),
  tops: [tensor([2, 2, 1, 2], `0 2 1 3.5  4 6 5 7.5`)],
}, {
  does: "takes away a mean that its file gives",
  param: { mean: new Float32Array([1, 2, 0]), mean_per_pixel: false },
  bottoms: [tensor([1, 3, 1, 2], `1 2  4 5  6 7`)],
  tops: [tensor([1, 3, 1, 2], `0 1  2 3  6 7`)],
}, {
  does: "leaves a mean alone that is not said to be one of the channels",
  param: { mean: new Float32Array([1, 2, 0]) },
  bottoms: [tensor([1, 3, 1, 1], `1 2 3`)],
  tops: [tensor([1, 3, 1, 1], `1 2 3`)],
}]);

Deno.test("DataAugmentation refuses random augmentation", () => {
  const bottom = tensor([1, 2, 1, 2], `1 2  3 4`);
  const lower = (settings: Record<string, unknown>) =>
    runLayer(
      netLayer("DataAugmentation", {
        ...{ augment_during_test: true, recompute_mean: 1, mean_per_pixel: false },
        ...settings,
      }),
      [bottom],
      measured(`9 9 9 9`, `0.5 2`),
    );
  assert.deepEqual(lower({}), [tensor([1, 2, 1, 2], `0.5 1.5  1 2`)]);
  assert.deepEqual(lower({ mirror: {} }), lower({}));
  assert.throws(() => lower({ mirror: {}, zoom: {}, crop_height: 1, crop_width: 2 }), {
    message: /^its augment_during_test is true, and it has mirror, zoom, which is random/,
  });
});

Deno.test("DataAugmentation refuses crops that are larger than the image", () => {
  const layer = netLayer("DataAugmentation", { crop_height: 2, crop_width: 1 });
  assert.throws(() => runLayer(layer, [image]), { message: /^it crops 2 × 1 from its bottom/ });
});

Deno.test("an unused mean may have another size", () => {
  const blob = (shape: number[]) =>
    `blobs { ${shape.map((extent) => `dim: ${extent} `).join("").replace(/^/, "shape { ")} } ${
      "data: 1 ".repeat(shape.reduce((a, b) => a * b))
    } }`;
  const text = `input: "x" input_shape { dim: 1 dim: 1 dim: 2 dim: 3 }
    layer { name: "a" type: "DataAugmentation" bottom: "x" top: "y"
      augmentation_param { recompute_mean: 1000 mean_per_pixel: false }
      ${blob([1, 1, 1, 1])} ${blob([1, 1, 4, 5])} ${blob([1, 1, 1, 1])} }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["affine"]);
  assert.deepEqual([...graph.constants.values()].map((data) => [...data]), [[-1]]);
});

Deno.test("losses of forks are left out, and their data layers are inputs", () => {
  const text = `
    layer { name: "data" type: "AnnotatedData" top: "data" top: "label" }
    layer { name: "loc" type: "Power" bottom: "data" top: "loc" power_param { scale: 2 } }
    layer { name: "conf" type: "ReLU" bottom: "data" top: "conf" }
    layer { name: "loss" type: "MultiBoxLoss" bottom: "loc" bottom: "conf" bottom: "prior"
      bottom: "label" top: "loss" }`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const inputShapes = new Map([["data", [1, 1, 2, 2]], ["label", [1]]]);
  const { graph } = convert(network, { inputShapes });
  assert.deepEqual(graph.outputs, ["conf", "loc"]);
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["data"]);
});

const image = tensor([1, 1, 1, 2], `1 2`);

Deno.test("Yolov3DetectionOutput refuses gaussian_box", () => {
  const layer = netLayer("Yolov3DetectionOutput", { ...yolov3, gaussian_box: true });
  assert.throws(() => runLayer(layer, [image]), { message: /^its gaussian_box is true/ });
});

Deno.test("Normalize refuses settings of the fork for faces", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 }
    layer { name: "n" type: "Normalize" bottom: "x" top: "n"
      normalize_param { normalize_type: "L3" } }`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network), {
    message: /: its normalize_type is L3, but only L1 and L2 without rescale/,
  });
});

Deno.test("layers of forks adapt to inputs of another size", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 4 dim: 4 dim: 6 }
    layer { name: "r" type: "Reorg" bottom: "x" top: "r" reorg_param { stride: 2 } }
    layer { name: "s" type: "ShuffleChannel" bottom: "r" top: "s"
            shuffle_channel_param { group: 4 } }
    layer { name: "i" type: "Interp" bottom: "s" top: "i" interp_param { zoom_factor: 3 } }
    layer { name: "p" type: "PriorBox" bottom: "i" bottom: "x" top: "p"
            prior_box_param { min_size: 2 aspect_ratio: 2 } }`;
  const bytes = new TextEncoder().encode(text);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
  const shapesOf = (shape: Shape) => {
    const { names } = withInputShapes(graph, new Map([["x", shape]]));
    return ["s", "i", "p"].map((name) => names.get(name)!.shape);
  };
  assert.deepEqual(shapesOf([1, 4, 4, 6]), [[1, 16, 2, 3], [1, 16, 4, 7], [1, 2, 336]]);
  assert.deepEqual(shapesOf([2, 4, 8, 4]), [[2, 16, 4, 2], [2, 16, 10, 4], [1, 2, 480]]);
});

Deno.test("SegNet's layers are read from files in the format of 2014", () => {
  const text = `
    input: "x" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 6
    layers { name: "b" type: BN bottom: "x" top: "b" bn_param { bn_mode: INFERENCE } }
    layers { name: "p" type: POOLING bottom: "b" top: "p" top: "mask"
             pooling_param { pool: MAX kernel_size: 2 stride: 2 } }
    layers { name: "u" type: UPSAMPLE bottom: "p" bottom: "mask" top: "u"
             upsample_param { scale: 2 } }`;
  const bytes = new TextEncoder().encode(text);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["affine", "pool2d", "pool2d", "unpool"]);
  assert.deepEqual(graph.names.get("u")!.shape, [1, 2, 4, 6]);
});
