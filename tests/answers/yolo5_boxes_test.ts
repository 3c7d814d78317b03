/**
 * The maps of YOLO v5, whose boxes are decoded outside the network.
 */
import assert from "node:assert/strict";
import { taskOf } from "../../lib/answers/task.ts";
import { yolo5Boxes, yolo5DetectionOf } from "../../lib/answers/yolo5_boxes.ts";
import { whole } from "../../lib/answers/part.ts";
import { convert } from "../../mod.ts";

/** A network of one convolution per stride, behind an activation. */
function graphOf(channels: number, activation: string) {
  const maps = [8, 16, 32].map((stride) =>
    `layer { name: "map${stride}" type: "Convolution" bottom: "x" top: "map${stride}"
      convolution_param { num_output: ${channels} kernel_size: ${stride} stride: ${stride} } }`
  );
  const text = `input: "data" input_shape { dim: 1 dim: 3 dim: 64 dim: 96 }
    ${activation} ${maps.join(" ")}`;
  return convert({ bytes: new TextEncoder().encode(text), name: "net" }, { warn() {} }).graph;
}

const gate = `layer { name: "gate" type: "Sigmoid" bottom: "data" top: "gate" }`;
const product = (bottoms: string) =>
  `layer { name: "x" type: "Eltwise" ${bottoms} top: "x" eltwise_param { operation: PROD } }`;
const silu = `${gate} ${product(`bottom: "data" bottom: "gate"`)}`;

Deno.test("YOLO v5 for COCO is known by its maps, and by SiLU in any form", () => {
  const forms = [
    silu,
    `${gate} ${product(`bottom: "gate" bottom: "data"`)}`,
    `layer { name: "x" type: "Swish" bottom: "data" top: "x" }`,
  ];
  for (const activation of forms) {
    const task = taskOf(graphOf(255, activation), null);
    assert(task.kind === "detection" && task.form === "yolo5");
    assert.deepEqual(task.maps.map(({ name, stride, anchors }) => [name, stride, anchors[0]]), [
      ["map32", 32, 116],
      ["map16", 16, 30],
      ["map8", 8, 10],
    ]);
  }
  const others = [
    graphOf(18, silu),
    graphOf(255, `layer { name: "x" type: "ReLU" bottom: "data" top: "x" }`),
    graphOf(255, product(`bottom: "data" bottom: "data"`)),
  ];
  for (const graph of others) assert.equal(taskOf(graph, null).kind, "other");
});

Deno.test("the boxes of YOLO v5 are decoded, and suppressed class by class", () => {
  const detection = yolo5DetectionOf(graphOf(255, silu))!;
  const logit = (p: number) => Math.log(p / (1 - p));
  /** The maps of two pictures in which only some cells have a box. */
  const outputs = Object.fromEntries(detection.maps.map(({ name, stride }) => {
    const shape = [2, 255, 64 / stride, 96 / stride];
    return [name, { shape, data: new Float32Array(2 * 255 * shape[2]! * shape[3]!).fill(-20) }];
  }));
  const put = (
    name: string,
    [box, row, column]: readonly [number, number, number],
    [x, y, w, h, object, score]: readonly number[],
    index: number,
  ) => {
    const { shape, data } = outputs[name]!, [, , height, width] = shape as number[];
    const set = (k: number, value: number) => {
      const channel = 255 + box * 85 + k;
      data[(channel * height! + row) * width! + column] = logit(value);
    };
    [x, y, w, h, object].forEach((value, k) => set(k, value!));
    set(5 + index, score!);
  };
  // Around (2 · 0.5 − 0.5 + 1) · 16, and (2 · 0.75 − 0.5 + 2) · 16, of 30 · 0.64 by 61 · 0.25 pixels.
  put("map16", [0, 2, 1], [0.5, 0.75, 0.4, 0.25, 0.8, 0.9], 3);
  // The same of a lower score, and of another class.
  put("map16", [0, 2, 2], [0.02, 0.75, 0.4, 0.25, 0.8, 0.5], 3);
  put("map8", [1, 5, 3], [0.25, 0.75, 0.5, 0.5, 0.5, 0.7], 7);
  put("map32", [2, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.4, 0.3], 0);
  const rows = (sample: number, least?: number) =>
    yolo5Boxes(detection, { outputs, sample, labels: null, seen: whole }, least).map((found) => {
      const pixels = [96 * found.left, 64 * found.top, 96 * found.right, 64 * found.bottom];
      return [found.index, +found.score.toFixed(3), ...pixels.map((x) => +x.toFixed(3))];
    });
  const found = [
    [3, 0.72, 24 - 9.6, 48 - 7.625, 24 + 9.6, 48 + 7.625],
    [7, 0.35, 24 - 8, 48 - 15, 24 + 8, 48 + 15],
  ];
  assert.deepEqual(rows(1), found);
  // This box is clipped to the picture.
  assert.deepEqual(rows(1, 0.1), [...found, [0, 0.12, 0, 0, 96, 64]]);
  assert.deepEqual(rows(0), []);
});
