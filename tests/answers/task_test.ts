/**
 * The task of a network, determined by its graph: well-known networks, and ambiguous ones.
 */
import assert from "node:assert/strict";
import {
  classificationBy,
  classificationOf,
  labelCounts,
  picturesIn,
  renderingBy,
  segmentationBy,
  segmentationOf,
  taskOf,
} from "../../lib/answers/task.ts";
import { convert, type ConvertOptions } from "../../mod.ts";
import { type Graph, GraphBuilder } from "../../runtime/graph.ts";
import { retinaface } from "../retinaface.ts";
import { topologies } from "../topologies/mod.ts";

/** The tasks of the networks that do not classify. */
const tasks: Readonly<Record<string, string>> = {
  "MobileNet-SSD": "detection",
  "SSD300-VGG16": "detection",
  "res10 face SSD": "detection",
  "YOLO v2": "detection",
  "YOLO v3": "detection",
  "Faster R-CNN ZF": "detection",
  "R-FCN ResNet-50": "detection",
  "FCN-8s": "segmentation",
  "U-Net": "segmentation",
  SegNet: "segmentation",
  ENet: "segmentation",
  PSPNet50: "segmentation",
  "DeepLab-LargeFOV": "segmentation",
  // Heat maps beside vectors, flow between two pictures, colours, and edges.
  "OpenPose body_25": "other",
  "FlowNet-C": "other",
  colorization: "other",
  HED: "other",
  // Sequences of labels.
  CRNN: "other",
  "DenseNet OCR": "other",
};

for (const { name, build, small, inputShapes } of topologies) {
  const task = tasks[name] ?? "classification";
  Deno.test(`the task of ${name} is ${task}`, () => {
    const bytes = new TextEncoder().encode(build(small));
    const inputs = inputShapes?.(small) ?? new Map();
    const options = { inputShapes: inputs, alignCrops: true, warn() {} };
    const { graph } = convert({ bytes, name: "net" }, options);
    assert.equal(taskOf(graph, null).kind, task);
  });
}

/** The graph of layers that read a picture. */
function networkOf(layers: string, channels = 3, options: ConvertOptions = {}): Graph {
  const text = `input: "data" input_shape { dim: 1 dim: ${channels} dim: 4 dim: 6 } ${layers}`;
  return convert({ bytes: new TextEncoder().encode(text), name: "net" }, options).graph;
}

const relu = `layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;
const softmax = `layer { name: "prob" type: "Softmax" bottom: "data" top: "prob" }`;
const argMax = `layer { name: "best" type: "ArgMax" bottom: "data" top: "best"
  argmax_param { axis: 1 } }`;

Deno.test("three channels are a picture, unless they are probabilities or have labels", () => {
  assert.deepEqual(taskOf(networkOf(relu), null), { kind: "rendering", blob: "relu" });
  const segmentation = { kind: "segmentation", isMap: false };
  assert.deepEqual(taskOf(networkOf(softmax), null), { ...segmentation, blob: "prob" });
  assert.deepEqual(taskOf(networkOf(relu), ["a", "b", "c"]), { ...segmentation, blob: "relu" });
});

Deno.test("one channel is a grey picture, unless it is the class itself", () => {
  assert.deepEqual(taskOf(networkOf(relu, 1), null), { kind: "rendering", blob: "relu" });
  const smaller = `layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
    pooling_param { kernel_size: 2 stride: 2 } }`;
  assert.equal(taskOf(networkOf(smaller, 1), null).kind, "rendering");
  assert.equal(taskOf(networkOf(smaller, 3), null).kind, "segmentation");
  const pixel = smaller.replace("kernel_size: 2", "global_pooling: true").replace("stride: 2", "");
  assert.equal(taskOf(networkOf(pixel, 1), null).kind, "other");
});

Deno.test("a named blob is rendered if its shape is that of a picture", () => {
  const graph = networkOf(`${relu} layer { name: "grey" type: "Slice" bottom: "data" top: "grey"
    top: "rest" slice_param { axis: 1 slice_point: 1 } }`);
  assert.deepEqual(picturesIn(graph), ["grey", "relu"]);
  assert.deepEqual(renderingBy(graph, "grey"), { kind: "rendering", blob: "grey" });
  assert.throws(
    () => renderingBy(graph, "rest"),
    /^TypeError: Cannot render by "rest": it is \[1, 2, 4, 6\], but a picture is needed/,
  );
  assert.throws(() => renderingBy(graph, "none"), /the network has no such blob/);
});

/** Layers that compute vectors, some of which end with a softmax. */
function vectors(...what: readonly (readonly [name: string, length: number, ends: boolean])[]) {
  return what.map(([name, length, ends]) =>
    `layer { name: "${name}" type: "InnerProduct" bottom: "data" top: "${name}"
      inner_product_param { num_output: ${length} } }` +
    (ends ? `layer { name: "p${name}" type: "Softmax" bottom: "${name}" top: "p${name}" }` : "")
  ).join("");
}

Deno.test("of several vectors, those with the labels, then probabilities, then the last one are preferred", () => {
  const blob = (layers: string, labels: string[] | null = null) =>
    classificationOf(networkOf(layers), labels)?.blob;
  // An auxiliary classifier, and a classifier beside a box.
  assert.equal(blob(vectors(["side", 5, true], ["main", 5, true])), "pmain");
  assert.equal(blob(vectors(["box", 4, false], ["face", 2, true], ["points", 10, false])), "pface");
  const two = vectors(["colour", 3, false], ["kind", 2, true]);
  assert.equal(blob(two, ["a", "b", "c"]), "colour");
  // Probabilities of two choices, of which there are four.
  const choices = `
    layer { name: "pairs" type: "Reshape" bottom: "end" top: "pairs"
      reshape_param { shape { dim: 0 dim: 4 dim: 2 } } }
    layer { name: "shares" type: "Softmax" bottom: "pairs" top: "shares" softmax_param { axis: 2 } }
    layer { name: "flat" type: "Flatten" bottom: "shares" top: "flat" }`;
  assert.equal(blob(vectors(["end", 8, false]) + choices), undefined);
  // A flattened input is no score.
  const flat = `layer { name: "flat" type: "Flatten" bottom: "data" top: "flat" }`;
  assert.equal(blob(vectors(["score", 5, false]) + flat), "score");
});

Deno.test("of scores and maps, those with the labels, then probabilities, then scores are preferred", () => {
  const blob = (layers: string, labels: string[] | null = null) => {
    const task = taskOf(networkOf(layers), labels);
    return "blob" in task && task.blob;
  };
  // Lanes, and whether there are any.
  const lanes = softmax + vectors(["exists", 4, false]);
  assert.equal(blob(lanes), "prob");
  assert.equal(blob(lanes, [..."abcd"]), "exists");
  assert.equal(blob(relu + vectors(["scores", 4, false])), "scores");
  assert.equal(blob(softmax + vectors(["scores", 4, true])), "pscores");
  assert.equal(blob(softmax + vectors(["scores", 4, true]), [..."abc"]), "prob");
});

Deno.test("a named vector is used as scores", () => {
  const graph = networkOf(vectors(["box", 4, false], ["face", 2, true]));
  assert.deepEqual(classificationBy(graph, "face"), { kind: "classification", blob: "face" });
  assert.throws(
    () => classificationBy(graph, "data"),
    /^TypeError: Cannot classify by "data": it is \[1, 3, 4, 6\], but a score for each class/,
  );
});

Deno.test("a map of classes may be resized after the argmax", () => {
  const enlarged = `${argMax} layer { name: "large" type: "Interp" bottom: "best" top: "large"
    interp_param { height: 7 width: 9 } }`;
  const map = { kind: "segmentation", isMap: true };
  assert.deepEqual(taskOf(networkOf(argMax), null), { ...map, blob: "best" });
  assert.deepEqual(taskOf(networkOf(enlarged), null), { ...map, blob: "large" });
  const values = argMax.replace("axis: 1", "axis: 1 out_max_val: true");
  assert.equal(taskOf(networkOf(values), null).kind, "rendering");
});

Deno.test("of several maps, that with the labels, then classes, then probabilities are preferred", () => {
  const blob = (layers: string, labels: string[] | null) =>
    segmentationOf(networkOf(layers), labels)?.blob;
  const joined = `layer { name: "two" type: "Slice" bottom: "data" top: "two" top: "rest"
    slice_param { axis: 1 slice_point: 2 } }`;
  assert.equal(blob(relu + argMax + softmax, null), "best");
  assert.equal(blob(relu + softmax, null), "prob");
  assert.equal(blob(joined + softmax, ["a", "b"]), "two");
});

/** Layers that compute maps of the input's size, divided by a stride. */
function maps(...what: readonly (readonly [name: string, channels: number, stride: number])[]) {
  return what.map(([name, channels, stride]) =>
    `layer { name: "${name}" type: "Convolution" bottom: "data" top: "${name}"
      convolution_param { num_output: ${channels} kernel_size: 1 stride: ${stride} } }`
  ).join("");
}

Deno.test("of maps alike, the largest is preferred", () => {
  const graph = networkOf(maps(["half", 5, 2], ["main", 5, 1], ["side", 5, 2]));
  assert.equal(segmentationOf(graph, null)?.blob, "main");
});

Deno.test("maps of several sizes with different channels at each are a detector's, not classes", () => {
  const kind = (layers: string, labels: string[] | null = null) =>
    taskOf(networkOf(layers), labels).kind;
  const heads = maps(["score1", 5, 1], ["box1", 4, 1], ["score2", 5, 2], ["box2", 4, 2]);
  assert.equal(kind(heads), "other");
  const bytes = new TextEncoder().encode(retinaface({ strides: [32, 16, 8, 4] }));
  const { graph } = convert({ bytes, name: "net" }, { warn() {} });
  assert.equal(taskOf(graph, null).kind, "other");
  // Labels, classes or probabilities speak for a segmenter.
  const five = [..."abcde"];
  assert.equal(kind(heads, five), "segmentation");
  assert.equal(kind(heads + argMax), "segmentation");
  assert.equal(kind(heads + softmax), "segmentation");
  // Auxiliary outputs for training, and maps of one size.
  assert.equal(kind(maps(["main", 5, 1], ["side", 5, 2])), "segmentation");
  assert.equal(kind(maps(["main", 5, 1], ["side1", 2, 2], ["side2", 3, 2])), "segmentation");
  assert.equal(kind(maps(["classes", 5, 1], ["normals", 3, 1])), "segmentation");
});

Deno.test("the input of YOLO's box decoding is not a class map", () => {
  const region = `layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
      convolution_param { num_output: 16 kernel_size: 1 } }
    layer { name: "region" type: "Region" bottom: "conv" top: "region"
      region_param { num: 2 classes: 3 } }`;
  assert.equal(taskOf(networkOf(region), null).kind, "other");
});

Deno.test("a named blob is segmented if its shape is that of classes", () => {
  const graph = networkOf(`${argMax} ${relu}`);
  assert.deepEqual(segmentationBy(graph, "relu"), {
    kind: "segmentation",
    blob: "relu",
    isMap: false,
  });
  assert.equal(segmentationBy(graph, "best").isMap, true);
  assert.throws(
    () => segmentationBy(networkOf(relu, 1), "relu"),
    /^TypeError: Cannot segment by "relu": it is \[1, 1, 4, 6\], but a score for each class/,
  );
  assert.throws(() => segmentationBy(graph, "none"), /the network has no such blob/);
});

Deno.test("a wrong number of labels causes a warning", () => {
  const countsOf = (graph: Graph) => labelCounts(graph, taskOf(graph, null));
  assert.deepEqual(countsOf(networkOf(softmax)), [3]);
  assert.deepEqual(countsOf(networkOf(argMax)), []);
  const counts = ["MobileNet-SSD", "YOLO v3", "R-FCN ResNet-50"].map((name) => {
    const { build, small } = topologies.find((topology) => topology.name === name)!;
    const bytes = new TextEncoder().encode(build(small));
    return countsOf(convert({ bytes, name }, { warn() {} }).graph);
  });
  assert.deepEqual(counts, [[21, 20], [81, 80], [21, 20]]);
  const warned = (labels: string[]) => {
    const warnings: string[] = [];
    networkOf(softmax, 3, { labels, warn: (message) => warnings.push(message) });
    return warnings;
  };
  assert.deepEqual(warned(["a", "b", "c"]), []);
  assert.deepEqual(warned(["a"]), ["there is 1 label, but the network has 3 classes"]);
});

Deno.test("a hundred thousand outputs take bounded time", () => {
  const builder = new GraphBuilder();
  const data = builder.input("data", [1, 2, 4, 4]);
  const values = Array.from({ length: 1e5 }, (_, i) => {
    return builder.apply("softmax", `s${i}`, [data], { axis: 1 });
  });
  const names = values.map((value) => [value.name, value] as const);
  const graph = builder.build("many", names, values.map(({ name }) => name));
  const start = performance.now();
  assert.equal(taskOf(graph, null).kind, "segmentation");
  const took = performance.now() - start;
  assert.ok(took < 10_000, `it took ${took} ms`);
});
