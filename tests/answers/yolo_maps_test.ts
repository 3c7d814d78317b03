/**
 * The maps of YOLO v3 without the layer that decodes them.
 */
import assert from "node:assert/strict";
import { taskOf } from "../../lib/answers/task.ts";
import { decodingLayer, yoloMapsOf } from "../../lib/answers/yolo_maps.ts";
import { convert } from "../../mod.ts";

/** A network of one convolution per stride, from a picture of 64 × 96 pixels. */
function heads(channels: number, strides: readonly number[]): string {
  const maps = strides.map((stride) =>
    `layer { name: "map${stride}" type: "Convolution" bottom: "data" top: "map${stride}"
      convolution_param { num_output: ${channels} kernel_size: ${stride} stride: ${stride} } }`
  );
  return `input: "data" input_shape { dim: 1 dim: 3 dim: 64 dim: 96 } ${maps.join(" ")}`;
}

function graphOf(text: string) {
  return convert({ bytes: new TextEncoder().encode(text), name: "net" }, { warn() {} }).graph;
}

Deno.test("the maps of YOLO v3 are recognized by their shapes, and are not class maps", () => {
  for (const strides of [[8, 16, 32], [32, 16]]) {
    assert.equal(taskOf(graphOf(heads(255, strides)), null).kind, "other");
  }
  const others = {
    "other channels": heads(20, [32, 16, 8]),
    "no classes": heads(15, [32, 16, 8]),
    "one map": heads(18, [32]),
    "other strides": heads(18, [16, 8]),
    "an activation": heads(18, [32, 16]) +
      `layer { name: "relu" type: "ReLU" bottom: "map32" top: "map32" }`,
  };
  for (const [what, text] of Object.entries(others)) {
    assert.equal(yoloMapsOf(graphOf(text)), undefined, what);
    assert.equal(taskOf(graphOf(text), null).kind, "segmentation", what);
  }
});

Deno.test("the layer that decodes the maps of YOLO v3 gives the largest cells the largest anchors", () => {
  const decoded = (text: string) => {
    const graph = graphOf(text + decodingLayer(yoloMapsOf(graphOf(text))!));
    assert.equal(taskOf(graph, null).kind, "detection");
    const node = graph.nodes.at(-1)!;
    assert.ok(node.op === "yoloOutput");
    const { classes, boxes, anchors, reach, scores } = node.attributes;
    assert.deepEqual(reach, []);
    return [node.inputs.map(({ name }) => name), { classes, boxes, anchors, scores }];
  };
  const scores = "sigmoid", boxes = 3;
  assert.deepEqual(decoded(heads(21, [8, 16, 32])), [["map32", "map16", "map8"], {
    ...{ classes: 2, boxes, scores },
    // In cells.
    anchors: [
      ...[116, 90, 156, 198, 373, 326].map((x) => x / 32),
      ...[30, 61, 62, 45, 59, 119].map((x) => x / 16),
      ...[10, 13, 16, 30, 33, 23].map((x) => x / 8),
    ],
  }]);
  assert.deepEqual(decoded(heads(18, [16, 32])), [["map32", "map16"], {
    ...{ classes: 1, boxes, scores },
    anchors: [
      ...[81, 82, 135, 169, 344, 319].map((x) => x / 32),
      ...[10, 14, 23, 27, 37, 58].map((x) => x / 16),
    ],
  }]);
});

Deno.test("maps behind Mish are those of YOLO v4, with its anchors", () => {
  const mish = `layer { name: "mish" type: "Mish" bottom: "data" top: "data" }`;
  const behind = (strides: readonly number[]) =>
    heads(255, strides).replace("layer", `${mish} layer`);
  const maps = yoloMapsOf(graphOf(behind([8, 16, 32])))!;
  assert.equal(maps.version, 4);
  assert.match(
    decodingLayer(maps),
    /mask: \[6, 7, 8, .* biases: \[12, 16, 19, 36, .*, 459, 401\]\s+scale_x_y: \[1\.05, 1\.1, 1\.2\] /s,
  );
  const node = graphOf(behind([8, 16, 32]) + decodingLayer(maps)).nodes.at(-1)!;
  assert.ok(node.op === "yoloOutput");
  assert.deepEqual(node.attributes.reach, [1.05, 1.1, 1.2].map(Math.fround));
  assert.equal(yoloMapsOf(graphOf(heads(255, [8, 16, 32])))!.version, 3);
  assert.equal(yoloMapsOf(graphOf(behind([16, 32])))!.version, 3);
});

Deno.test("two maps behind halves of channels are those of the tiny YOLO v4, with its masks", () => {
  const halves = `layer { name: "split" type: "Convolution" bottom: "data" top: "split"
      convolution_param { num_output: 6 kernel_size: 1 } }
    layer { name: "half" type: "Slice" bottom: "split" top: "unused" top: "half" }`;
  const text = halves + heads(255, [16, 32]).replaceAll(`bottom: "data"`, `bottom: "half"`);
  const maps = yoloMapsOf(graphOf(`${text} layer { name: "s" type: "Silence" bottom: "unused" }`))!;
  assert.equal(maps.version, 4);
  assert.match(
    decodingLayer(maps),
    /mask: \[3, 4, 5, 1, 2, 3\]\s+biases: \[10, 14, .*, 344, 319\]\s+scale_x_y: \[1\.05, 1\.05\] /,
  );
});
