/**
 * The layers of MS-CNN and Cascade R-CNN, worked out by hand.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const refused = /^Cannot express the network in TensorFlow's ops.*selects rows by their values/s;

/** Two maps, of two cells and of one, of images with 32 × 16 and with 32 × 32 pixels. */
const network = (settings: string) => `
  input: "a" input_shape { dim: 1 dim: 7 dim: 1 dim: 2 }
  input: "b" input_shape { dim: 1 dim: 7 dim: 1 dim: 1 }
  layer { name: "boxes" type: "BoxOutput" bottom: "a" bottom: "b" top: "rois" top: "scored"
    box_output_param { field_w: 20 field_w: 24 field_h: 12 field_h: 16
      downsample_rate: 16 downsample_rate: 32 field_whr: 1.5 field_xyr: 4 ${settings} }
    bbox_reg_param { bbox_mean: [0.1, 0, 0, 0] bbox_std: [2, 1, 1, 1] } }`;

const inputs = [
  // Both cells score 2, and their boxes are moved by 0 and by a quarter of 20.
  tensor([1, 7, 1, 2], `0 1  2 0  1 3    -0.05 0.075  0 0  0 0  0 0`),
  // It scores 1; its deltas of −0.6 + 0.1 and 1 are clamped to −1/4 and log 1.5.
  tensor([1, 7, 1, 1], `-1 0 -3    -0.3 0.125 1 0`),
];

const [first, second, third] = [`0 0 2 20 14`, `0 19 2 32 14`, `0 0 10 32 26`];

testEverywhere("BoxOutput decodes and clips boxes, and sorts the later of equal scores first", {
  text: network("min_size: 12 fg_thr: 1"),
  inputs,
  outputs: [
    tensor([3, 5, 1, 1], `${second} ${first} ${third}`),
    tensor([3, 6, 1, 1], `${second} 2  ${first} 2  ${third} 1`),
  ],
  refused,
});

testEverywhere("BoxOutput suppresses boxes that overlap with better ones", {
  // The third overlaps 80 of 672 pixels of the first.
  text: network("min_size: 12 iou_thr: 0.118"),
  inputs,
  outputs: [
    tensor([2, 5, 1, 1], `${second} ${first}`),
    tensor([2, 6, 1, 1], `${second} 2  ${first} 2`),
  ],
  refused,
});

testEverywhere("BoxOutput leaves out boxes smaller than min_size", {
  // The first two are 12 pixels high.
  text: network("min_size: 12.5"),
  inputs,
  outputs: [tensor([1, 5, 1, 1], third), tensor([1, 6, 1, 1], `${third} 1`)],
  refused,
});

testEverywhere("BoxOutput limits the number of boxes before and after suppression", {
  text: network("min_size: 12 max_nms_num: 2 max_post_nms_num: 1"),
  inputs,
  outputs: [tensor([1, 5, 1, 1], second), tensor([1, 6, 1, 1], `${second} 2`)],
  refused,
});

testEverywhere("BoxOutput gives a placeholder box if it detects nothing", {
  text: network("fg_thr: 2.5"),
  inputs,
  outputs: [tensor([1, 5, 1, 1], `0 1 1 10 10`), tensor([1, 6, 1, 1], `0 0 0 0 0 0`)],
  refused,
});

testEverywhere("DecodeBBox decodes boxes by the deltas that follow those of the background", {
  text: `
    input: "moves" input_shape { dim: 2 dim: 8 }
    input: "rois" input_shape { dim: 2 dim: 5 dim: 1 dim: 1 }
    layer { name: "d" type: "DecodeBBox" bottom: "moves" bottom: "rois" top: "boxes"
            bbox_reg_param { bbox_mean: [0, 0, 0, 0] bbox_std: [0.1, 0.2, 1, 1] } }`,
  // A box of 20 × 10 around (19.5, 14.5) moves by 2 and −4; one of 4 × 8 gets 8 wide and 4 high.
  inputs: [
    tensor([2, 8], `9 9 9 9  1 -2 0 0   9 9 9 9  0 0 0.6931472 -0.6931472`),
    tensor([2, 5, 1, 1], `1 10 10 29 19   0 4 8 7 15`),
  ],
  outputs: [tensor([2, 5, 1, 1], `1 12 6 31 15   0 2 10 9 13`)],
});

const converted = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, { warn: () => {} })
    .graph;

Deno.test("BoxOutput keeps its extents, and refuses unsupported settings", () => {
  const resize = () => withInputShapes(converted(network("")), new Map([["a", [1, 7, 2, 2]]]));
  assert.throws(resize, /^TypeError: Cannot run "boxes\/map 0\/axis2"/);
  assert.throws(() => converted(network('nms_type: "IOMU"')), /its nms_type is IOMU/);
  assert.throws(() => converted(network("field_h: 3")), /3 field_h, 2 field_w and 2 downsample/);
});
