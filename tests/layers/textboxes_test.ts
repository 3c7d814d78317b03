/**
 * The layers of TextBoxes and TextBoxes++, worked out by hand.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("PriorBox", [{
  does:
    "adds boxes around the lower border of each cell with denser_prior_boxes, as in TextBoxes++",
  param: { min_size: [4], aspect_ratio: [4], flip: false, denser_prior_boxes: true },
  bottoms: [tensor([1, 1, 1, 1], `0`), { shape: [1, 1, 10, 20], data: new Float32Array(200) }],
  tops: [tensor(
    [1, 2, 16],
    `
    0.4 0.3 0.6 0.7   0.4 0.8 0.6 1.2   0.3 0.4 0.7 0.6   0.3 0.9 0.7 1.1
    0.1 0.1 0.1 0.1   0.1 0.1 0.1 0.1   0.1 0.1 0.1 0.1   0.1 0.1 0.1 0.1`,
  )],
}]);

const polygons = {
  num_classes: 2,
  code_type: "CENTER_SIZE",
  use_polygon: true,
  confidence_threshold: 0.5,
};

testLayer("DetectionOutput", [{
  does: "gives the four corners of a box with use_polygon, as in TextBoxes++",
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
  does: "gives a row of 15 numbers with use_polygon if it detects nothing",
  param: polygons,
  bottoms: [
    tensor([1, 12], `0 0 0 0  0 0 0 0 0 0 0 0`),
    tensor([1, 2], `0.9 0.1`),
    tensor([1, 2, 4], `0 0 0.4 0.2   0.1 0.2 0.2 0.2`),
  ],
  tops: [tensor([1, 1, 1, 15], `0 -1 -1 -1 -1 -1 -1  -1 -1 -1 -1 -1 -1 -1 -1`)],
}]);

Deno.test("DetectionOutput refuses use_polygon with another code_type than CENTER_SIZE", () => {
  const layer = netLayer("DetectionOutput", { ...polygons, code_type: "CORNER" }, {
    bottoms: ["locations", "scores", "priors"],
  });
  const bottoms = [tensor([1, 1], `0`), tensor([1, 1], `0`), tensor([1, 1], `0`)];
  assert.throws(
    () => runLayer(layer, bottoms),
    /it has use_polygon, which is supported only with code_type/,
  );
});

Deno.test("DetectionOutput tells the setting by which TextBoxes has all of its priors", () => {
  const layer = netLayer("DetectionOutput", { num_classes: 2 }, {
    bottoms: ["locations", "scores", "priors"],
  });
  const bottoms = [
    tensor([1, 8], `0 0 0 0  0 0 0 0`),
    tensor([1, 4], `0.9 0.1  0.2 0.8`),
    tensor([1, 2, 4], `0 0 0.4 0.2   0.1 0.1 0.2 0.2`),
  ];
  assert.throws(
    () => runLayer(layer, bottoms),
    /its locations are for 2 priors, but there are 1; if this is TextBoxes, .* add `denser_prior_boxes: true`/,
  );
});

testLayer("DetectionOutput", [{
  does: "has as many locations a prior as there are classes, if they do not share them",
  param: { num_classes: 2, share_location: false, confidence_threshold: 0.5 },
  bottoms: [
    tensor([1, 8], `0 0 0 0  0.5 0.5 0 0`),
    tensor([1, 2], `0.2 0.8`),
    tensor([1, 2, 4], `0.1 0.2 0.5 0.4   0.1 0.1 0.2 0.2`),
  ],
  tops: [tensor([1, 1, 1, 7], `0 1 0.8  0.15 0.25 0.5 0.4`)],
}]);
