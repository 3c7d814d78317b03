/**
 * Region-based detectors, against NumPy's results.
 */
import assert from "node:assert/strict";
import { boxesInRegions, inputsFor, regionDetectionOf } from "../../lib/answers/regions.ts";
import { convert } from "../../mod.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";
import { plain } from "../preprocessing.ts";
import { topologies } from "../topologies/mod.ts";
import type { Scale } from "../topologies/prototxt.ts";
import recorded from "./decode_regions.json" with { type: "json" };

const preprocessing = { ...plain, channelOrder: "rgb" } as const;

function tensorOf(rows: readonly (readonly number[])[]) {
  return { shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) };
}

const detectionBy = {
  ...{ kind: "detection", form: "regions", hasBackground: true } as const,
  picture: { name: "data", shape: [1, 3, 90, 120] },
  info: { name: "im_info", shape: [1, 3] },
  classes: 3,
  ...{ regions: "rois", scores: "cls_prob", deltas: "bbox_pred" },
};

for (const [name, { image, scale, rois, scores, moves, boxes }] of Object.entries(recorded)) {
  Deno.test(`regions are decoded to boxes as in NumPy, with deltas ${name}`, () => {
    const [height, width] = image as [number, number];
    const outputs = {
      rois: tensorOf(rois.map((box) => [0, ...box])),
      cls_prob: tensorOf(scores),
      bbox_pred: tensorOf(moves),
    };
    const input = [1, 3, height * scale, width * scale];
    const detection = { ...detectionBy, picture: { name: "data", shape: input } };
    const labels = ["cat", "dog"], size = [height, width] as const;
    const actual = boxesInRegions(detection, { outputs, labels, preprocessing, size });
    const rows = actual.map(({ index, score, left, top, right, bottom }) => {
      return [index, score, left * width, top * height, right * width, bottom * height];
    });
    assert.equal(rows.length, boxes.length);
    for (const [i, row] of rows.entries()) {
      for (const [k, x] of row.entries()) {
        assert.ok(Math.abs(x - boxes[i]![k]!) < 1e-3, `${row} is not ${boxes[i]}`);
      }
    }
    assert.deepEqual(new Set(actual.map(({ index, label }) => `${index} ${label}`)).size, 2);
    assert.ok(actual.every(({ index, label }) => label === ["", "cat", "dog"][index]));
  });
}

Deno.test("boxes with low scores are found if the threshold says so", () => {
  const outputs = {
    rois: tensorOf([[0, 10, 10, 50, 50]]),
    cls_prob: tensorOf([[0.94, 0.04, 0.02]]),
    bbox_pred: tensorOf([new Array(12).fill(0)]),
  };
  const run = { outputs, labels: null, preprocessing, size: [90, 120] } as const;
  const found = (threshold?: number) =>
    boxesInRegions(detectionBy, run, threshold).map(({ index }) => index);
  assert.deepEqual([found(), found(0.5), found(0.03), found(0.01)], [[], [], [1], [1, 2]]);
});

function graphOf(name: string, scale: Scale, edit = (text: string) => text) {
  const { build } = topologies.find((topology) => topology.name === name)!;
  return convert({ bytes: new TextEncoder().encode(edit(build(scale))), name: "net" }).graph;
}

for (const [name, columns] of [["Faster R-CNN ZF", 84], ["R-FCN ResNet-50", 8]] as const) {
  Deno.test(`${name} is recognized as region-based`, () => {
    const graph = graphOf(name, { thin: 64 });
    const { regions, scores, deltas, classes, picture, info } = regionDetectionOf(graph)!;
    assert.deepEqual([scores, deltas, picture.name, info.name], [
      "cls_prob",
      "bbox_pred",
      "data",
      "im_info",
    ]);
    assert.deepEqual([classes, graph.names.get(deltas)!.shape[1]], [21, columns]);
    // The blob "rois" is a part of it.
    const rois = graph.nodes.find(({ output }) => output === graph.names.get("rois"))!;
    assert.equal(rois.inputs[0]!.name, regions);
  });
}

for (
  const layer of [
    `type: "SimplerNMS" simpler_nms_param { scale: 8 scale: 16 scale: 32 }`,
    `type: "FrcnnProposal"`,
  ]
) {
  Deno.test(`a network with ${layer} is recognized as region-based`, () => {
    const graph = graphOf(
      "Faster R-CNN ZF",
      { thin: 64 },
      (text) => text.replace(/type: "Python"\s+python_param \{[^}]*\}/, layer),
    );
    assert.equal(regionDetectionOf(graph)?.info.name, "im_info");
  });
}

Deno.test("a picture keeps its aspect ratio within 600 × 1000 or 1000 × 600 pixels", () => {
  const detection = regionDetectionOf(graphOf("Faster R-CNN ZF", { thin: 64 }))!;
  const shown = (width: number, height: number, how: Partial<Preprocessing> = {}) => {
    const image = { width, height, data: new Uint8Array(width * height * 4) };
    const { data, im_info } = inputsFor(image, { ...preprocessing, ...how }, detection);
    assert.deepEqual([...im_info!.data].slice(0, 2), data!.shape.slice(2));
    return [data!.shape.slice(2), im_info!.data[2]];
  };
  assert.deepEqual(shown(500, 375), [[600, 800], Math.fround(1.6)]);
  assert.deepEqual(shown(375, 500), [[800, 600], Math.fround(1.6)]);
  assert.deepEqual(shown(500, 200), [[400, 1000], 2]);
  assert.deepEqual(shown(5000, 2)[0], [1, 1000]);
  // OpenCV rounds 904.5 and 901.5 to even.
  assert.deepEqual([shown(603, 400)[0], shown(601, 400)[0]], [[600, 904], [600, 902]]);
  assert.deepEqual(shown(200, 100, { resize: { short: 50 } }), [[50, 100], 0.5]);
  assert.throws(
    () => shown(50, 50, { crop: [20, 20] }),
    /its preprocessing crops it, but region detectors need/,
  );
});

Deno.test("both sides are multiplied by one factor, as in py-faster-rcnn", () => {
  const detection = {
    ...{ kind: "detection", form: "regions" } as const,
    picture: { name: "data", shape: [1, 3, 6, 12] },
    info: { name: "im_info", shape: [1, 3] },
    classes: 2,
    hasBackground: true as const,
    ...{ regions: "rois", scores: "cls_prob", deltas: "bbox_pred" },
  };
  const row = [3, 200, 17, 90, 255, 0, 66];
  const pixels = [...row, ...row, ...row, ...row].flatMap((x) => [x, x, x, 255]);
  const image = { width: 7, height: 4, data: Uint8Array.from(pixels) };
  const { data, im_info } = inputsFor(image, preprocessing, detection);
  // 10.5 columns become 10, and OpenCV's fx stays 1.5.
  assert.deepEqual([...im_info!.data], [6, 10, 1.5]);
  assert.deepEqual([...data!.data.subarray(0, 10)], [3, 101, 169, 47, 53, 117, 227, 127, 11, 55]);
  const outputs = {
    rois: tensorOf([[0, 1.5, 1.5, 7.5, 4.5]]),
    cls_prob: tensorOf([[0, 1]]),
    bbox_pred: tensorOf([[0, 0, 0, 0, 0, 0, 0, 0]]),
  };
  const run = { outputs, labels: null, preprocessing, size: [4, 7] } as const;
  const [box] = boxesInRegions(detection, run);
  assert.deepEqual([box!.left * 7, box!.top * 4, box!.right * 7, box!.bottom * 4], [1, 1, 6, 3]);
});

Deno.test("PVANet's pictures are multiples of 32, and its im_info has two scales twice", () => {
  const { build } = topologies.find(({ name }) => name === "Faster R-CNN ZF")!;
  const text = build({ thin: 64 })
    .replace(/type: "Python"/, 'type: "Proposal"')
    .replace(/python_param \{[^}]*\}/, "proposal_param { }");
  const net = new TextEncoder().encode(text);
  const inputShapes = new Map([["im_info", [1, 6]]]);
  const detection = regionDetectionOf(convert({ bytes: net, name: "net" }, { inputShapes }).graph)!;
  const image = { width: 500, height: 400, data: new Uint8Array(500 * 400 * 4) };
  const { data, im_info } = inputsFor(image, preprocessing, detection);
  assert.deepEqual(data!.shape, [1, 3, 576, 736]);
  const scales = [736 / 500, 576 / 400];
  assert.deepEqual(im_info, {
    shape: [1, 6],
    data: Float32Array.of(576, 736, ...scales, ...scales),
  });
});

Deno.test("a network without an im_info input or without scores is not region-based", () => {
  assert.equal(
    regionDetectionOf(graphOf("SSD300-VGG16", { thin: 64, input: [268, 268] })),
    undefined,
  );
  const { build } = topologies.find(({ name }) => name === "Faster R-CNN ZF")!;
  const text = build({ thin: 64 }).replace(/(name: "cls_prob"\s+type: )"Softmax"/, '$1"Sigmoid"');
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  assert.equal(regionDetectionOf(graph), undefined);
});
