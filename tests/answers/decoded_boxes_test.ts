/**
 * Boxes that the network has decoded: those of Cascade R-CNN.
 */
import assert from "node:assert/strict";
import { boxDetectionOf, decodedBoxes } from "../../lib/answers/decoded_boxes.ts";
import { whole } from "../../lib/answers/part.ts";
import { taskOf } from "../../lib/answers/task.ts";
import { convert } from "../../mod.ts";

const moves = (i: number) => `
  layer { name: "pool${i}" type: "ROIPooling" bottom: "data" bottom: "boxes${i - 1}" top: "pool${i}"
    roi_pooling_param { pooled_h: 1 pooled_w: 1 spatial_scale: 1 } }
  layer { name: "moves${i}" type: "InnerProduct" bottom: "pool${i}" top: "moves${i}"
    inner_product_param { num_output: 8 } }
  layer { name: "boxes${i}" type: "DecodeBBox" bottom: "moves${i}" bottom: "boxes${i - 1}"
    top: "boxes${i}" }`;

const scores = (i: number) => `
  layer { name: "scores${i}" type: "InnerProduct" bottom: "pool${i}" top: "scores${i}"
    inner_product_param { num_output: 3 } }
  layer { name: "prob${i}" type: "Softmax" bottom: "scores${i}" top: "prob${i}" }`;

/** Two stages behind proposals, and the mean of their probabilities. */
const cascade = `
  input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 64 }
  layer { name: "map" type: "Convolution" bottom: "data" top: "map"
    convolution_param { num_output: 6 kernel_size: 16 stride: 16 } }
  layer { name: "boxes0" type: "BoxOutput" bottom: "map" top: "boxes0"
    box_output_param { field_w: 16 field_h: 16 downsample_rate: 16 } }
  ${moves(1)}
  layer { name: "first" type: "Power" bottom: "boxes1" top: "first" }
  ${moves(2)} ${scores(1)} ${scores(2)}
  layer { name: "mean" type: "Eltwise" bottom: "prob1" bottom: "prob2" top: "mean"
    eltwise_param { coeff: 0.5 coeff: 0.5 } }`;

const graphOf = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, { warn() {} }).graph;

Deno.test("of Cascade R-CNN's stages the last one counts, with the mean of the probabilities", () => {
  const graph = graphOf(cascade);
  assert.deepEqual(graph.outputs, ["boxes2", "first", "mean"]);
  const { boxes, scores, classes, picture } = boxDetectionOf(graph)!;
  assert.deepEqual([boxes, scores, classes, picture.name], ["boxes2", "mean", 3, "data"]);
  const task = taskOf(graph, null);
  assert(task.kind === "detection" && task.form === "boxes");
});

Deno.test("boxes are decoded only if there are no outputs but boxes and their probabilities", () => {
  const others = {
    // MS-CNN's program decodes these.
    "moves of boxes": `layer { name: "left" type: "Power" bottom: "moves2" top: "left" }`,
    "scores that are no probabilities":
      `layer { name: "left" type: "Power" bottom: "scores2" top: "left" }`,
    "a product of probabilities":
      `layer { name: "left" type: "Eltwise" bottom: "prob1" bottom: "prob2" top: "left"
        eltwise_param { operation: PROD } }`,
    "something else": `layer { name: "left" type: "ReLU" bottom: "map" top: "left" }`,
  };
  for (const [what, layer] of Object.entries(others)) {
    assert.equal(boxDetectionOf(graphOf(cascade + layer)), undefined, what);
  }
});

Deno.test("decoded boxes are clipped, and suppressed class by class", () => {
  const boxes = [
    [0, -8, 0, 29, 19], // clipped to 30 × 20 pixels
    [0, 0, 0, 29, 9], // half of it
    [0, 0, 0, 29, 10], // a row more than half of it
    [0, 30, 10, 100, 50], // clipped to 50 × 30
  ];
  const probabilities = [[0.1, 0.8, 0.3], [0.2, 0.5, 0.04], [0.3, 0.6, 0.4], [0.5, 0.2, 0.01]];
  const outputs = {
    boxes: { shape: [4, 5, 1, 1], data: Float32Array.from(boxes.flat()) },
    scores: { shape: [4, 3], data: Float32Array.from(probabilities.flat()) },
  };
  const detection = {
    ...{ kind: "detection", form: "boxes", boxes: "boxes", scores: "scores" } as const,
    picture: { name: "data", shape: [1, 3, 40, 80] },
    ...{ classes: 3, hasBackground: true } as const,
  };
  const labels = ["cat", "dog"];
  const rows = (seen = whole, least?: number) =>
    decodedBoxes(detection, { outputs, labels, seen }, least).map((box) => {
      const pixels = [80 * box.left, 40 * box.top, 80 * box.right, 40 * box.bottom];
      return `${box.label} ${box.score.toFixed(2)} ${pixels.map((x) => +x.toFixed(4)).join(" ")}`;
    });
  const found = [
    "cat 0.80 0 0 29 19",
    "cat 0.50 0 0 29 9",
    "dog 0.40 0 0 29 10",
    "cat 0.20 30 10 79 39",
  ];
  assert.deepEqual(rows(), found);
  assert.deepEqual(rows(whole, 0.6), found, "a threshold above the default is applied later");
  assert.deepEqual(rows(whole, 0), [...found, "dog 0.01 30 10 79 39"]);
  const right = { left: 0.5, top: 0, width: 0.5, height: 1 };
  assert.equal(rows(right)[0], "cat 0.80 40 0 54.5 19");
});
