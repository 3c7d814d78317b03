/** ONNX models: in ONNX Runtime itself, and what they are made of. */
import assert from "node:assert/strict";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { convert } from "../../lib/convert.ts";
import { writeOnnx } from "../../lib/emit/onnx/onnx_model.ts";
import {
  bytes,
  int64,
  message,
  type MessageOf,
  nested,
  readBinary,
  repeated,
  string,
} from "../../proto/mod.ts";
import { join } from "../join.ts";
import { wellKnown } from "../networks/recipe.ts";
import { pythonForTests } from "./python.ts";
import { testRecordings } from "./recordings.ts";

/** Names of cases, and what ONNX has no operators for. */
const refusals: readonly (readonly [cases: RegExp, reason: string])[] = [
  [/^do_eta$/, "the threshold changes from box to box"],
  [/^filter$/, "how many rows are selected depends on values"],
  [/^roialign_zuokai_/, "bins are sampled otherwise"],
];

testRecordings({
  name: "an ONNX model in ONNX Runtime",
  networks: [...wellKnown, "mobilenet_ssd_voc", "pspnet50_ADE20K_473", "shufflenet_1x_g3"],
  write: (model) => [{ name: "", chunks: writeOnnx(model) }],
  refused: (name) => refusals.find(([cases]) => cases.test(name))?.[1],
}, pythonForTests("check_onnx_models.py"));

const text = `
  name: "small"
  layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 4 dim: 4 } } }
  layer { name: "pool" type: "Pooling" bottom: "data" top: "pool" pooling_param { kernel_size: 2 } }
  layer { name: "relu" type: "ReLU" bottom: "pool" top: "pool" }
  layer { name: "flat" type: "Flatten" bottom: "pool" top: "flat" }
  layer { name: "prob" type: "Softmax" bottom: "flat" top: "prob" }`;

const Dimension = message("Dimension", { dim_value: int64(1), dim_param: string(2) });
const Shape = message("Shape", { dim: repeated(nested(1, Dimension)) });
const TensorType = message("TensorType", { shape: nested(2, Shape) });
const Info = message("Info", {
  name: string(1, ""),
  type: nested(2, message("Type", { tensor_type: nested(1, TensorType) })),
});
const Graph = message("Graph", {
  node: repeated(nested(
    1,
    message("Node", {
      input: repeated(string(1)),
      output: repeated(string(2)),
      op_type: string(4, ""),
    }),
  )),
  name: string(2, ""),
  initializer: repeated(nested(5, message("Tensor", { name: string(8, ""), raw_data: bytes(9) }))),
  input: repeated(nested(11, Info)),
  output: repeated(nested(12, Info)),
});
const Property = message("Property", { key: string(1, ""), value: string(2, "") });
const OnnxModel = message("Model", {
  graph: nested(7, Graph),
  metadata_props: repeated(nested(14, Property)),
});

/** What a network is in ONNX, as far as it matters here. */
function decoded(network: string, options: Parameters<typeof convert>[1] = {}) {
  const model = convert({ bytes: new TextEncoder().encode(network), name: "net" }, options);
  return readOnnx(join([...writeOnnx(model)]));
}

function readOnnx(file: Uint8Array) {
  const { graph, metadata_props } = readBinary(file, "model.onnx").read(OnnxModel);
  return { graph: graph!, properties: metadata_props };
}

function infosOf(infos: readonly MessageOf<typeof Info>[]) {
  return infos.map(({ name, type }) => [
    name,
    type!.tensor_type!.shape!.dim.map(({ dim_value, dim_param }) => dim_param ?? dim_value),
  ]);
}

Deno.test("an ONNX model has the blobs' names, a dynamic batch and metadata", () => {
  const { graph, properties } = decoded(text, {
    preprocessing: { mean: [1, 2, 3] },
    labels: [..."abcdefghijkl"],
  });
  assert.equal(graph.name, "small");
  assert.deepEqual(infosOf(graph.input), [["data", ["N", 3, 4, 4]]]);
  assert.deepEqual(graph.output.map(({ name }) => name), ["prob"]);
  assert.deepEqual(graph.node.map(({ op_type, output }) => [op_type, ...output]), [
    ["MaxPool", "pool"],
    ["Relu", "relu"],
    ["Reshape", "flat"],
    ["Softmax", "prob"],
  ]);
  const [{ key, value }] = properties as [{ key: string; value: string }];
  const told = JSON.parse(value);
  assert.equal(key, "kaffe");
  assert.equal(told.layout, "NCHW");
  assert.deepEqual(told.preprocessing.mean, [1, 2, 3]);
  assert.equal(told.labels.length, 12);
});

Deno.test("values of an ONNX model have unique names, whatever the names of blobs and layers", () => {
  // The output has the name of the blob, which is that of the layer before it as well.
  const { graph } = decoded(text, { outputs: ["data", "pool"] });
  assert.deepEqual(graph.output.map(({ name }) => name), ["data_1", "pool"]);
  const given = graph.node.flatMap(({ output }) => output);
  const names = [...graph.input.map(({ name }) => name), ...given];
  assert.equal(new Set(names).size, names.length, String(names));
  const known = new Set([...names, ...graph.initializer.map(({ name }) => name)]);
  for (const { input } of graph.node) for (const name of input) assert.ok(known.has(name), name);
});

Deno.test("nodes that ONNX cannot express are refused, with the outputs to export instead", () => {
  const filter = `
    input: "data" input_shape { dim: 2 dim: 3 } input: "which" input_shape { dim: 2 }
    layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
    layer { name: "rows" type: "Filter" bottom: "relu" bottom: "which" top: "rows" }`;
  assert.throws(() => decoded(filter), {
    name: "TypeError",
    message: "Cannot express the network in ONNX's ops: there are none for a node:\n" +
      '  "rows" (selectRows): the number of rows that it selects depends on their values; export what it ' +
      'reads instead, outputs: ["relu"]',
  });
  assert.deepEqual(decoded(filter, { outputs: ["relu"] }).graph.node.length, 1);
  const twice = filter.replace("dim: 2 dim: 3", "dim: 2").replace('"which" top', '"relu" top');
  assert.throws(() => decoded(twice), { message: /reads instead, outputs: \["relu"\]$/ });
});

Deno.test("nodes after detections are refused if they need the number of detections", () => {
  const detector = `
    input: "loc" input_shape { dim: 1 dim: 8 } input: "conf" input_shape { dim: 1 dim: 4 }
    input: "priors" input_shape { dim: 1 dim: 2 dim: 8 }
    layer { name: "found" type: "DetectionOutput" bottom: "loc" bottom: "conf" bottom: "priors"
      top: "found" detection_output_param { num_classes: 2 nms_param { top_k: 4 } keep_top_k: 2 } }`;
  const after = `layer { name: "sum" type: "InnerProduct" bottom: "found" top: "sum"
    inner_product_param { num_output: 1 weight_filler { type: "constant" value: 1 } } }`;
  assert.deepEqual(infosOf(decoded(detector).graph.output), [["found", [1, 1, undefined, 7]]]);
  assert.throws(
    () => decoded(detector + after),
    /"sum" \(dense\): the shape of its input depends on the number of detections; .*outputs: \["found"\]/,
  );
  const window = `layer { name: "pool" type: "Pooling" bottom: "found" top: "pool"
    pooling_param { pool: AVE global_pooling: true } }`;
  assert.throws(
    () => decoded(detector + window),
    /"pool" \(pool2d\): the shape of its input depends on the number of detections; .*outputs: \["found"\]/,
  );
  const flat = 'layer { name: "flat" type: "Flatten" bottom: "found" top: "flat" }';
  assert.throws(
    () => decoded(detector + flat),
    /"flat" \(reshape\): the shape of its input depends on the number of detections; .*outputs: \["found"\]/,
  );
});

Deno.test("detections among boxes whose number is known at run time only are exported", () => {
  const rated = (name: string, outputs: number) =>
    `layer { name: "${name}" type: "InnerProduct" bottom: "rois" top: "${name}" inner_product_param {
      num_output: ${outputs} weight_filler { type: "constant" value: 1 } } }`;
  const python = (bottoms: string, tops: string, settings: string) =>
    `layer { name: "${tops}" type: "Python" ${bottoms.replace(/\w+/g, 'bottom: "$&"')}
      ${tops.replace(/\w+/g, 'top: "$&"')} python_param { ${settings} } }`;
  const detector = `input: "scores" input_shape { dim: 1 dim: 18 dim: 2 dim: 3 }
    input: "deltas" input_shape { dim: 1 dim: 36 dim: 2 dim: 3 }
    input: "info" input_shape { dim: 1 dim: 3 }` +
    python(
      "scores deltas info",
      "rois",
      `module: "rpn.proposal_layer" layer: "ProposalLayer" param_str: "'feat_stride': 16"`,
    ) +
    rated("moves", 8) + rated("classes", 2) +
    python(
      "rois moves classes info",
      "masks score class final",
      `module: "rpn.pred_to_proposal_layer" layer: "PredToProposalLayer"
        param_str: "{'max_per_image': 100, 'thresh': 0.05}"`,
    );
  const { graph } = decoded(detector);
  assert.deepEqual(infosOf(graph.output), [
    ["class", [undefined, 1]],
    ["final", [undefined, 5]],
    ["masks", [undefined, 5]],
    ["score", [undefined, 1]],
  ]);
});

Deno.test("an ONNX model stores rounded weights, and converts them to float32", () => {
  const weights = new Float32Array(64 * 8).map((_, i) => Math.sin(i));
  const network = {
    name: "ip",
    layers: [{
      name: "ip",
      type: "InnerProduct",
      bottoms: ["data"],
      tops: ["ip"],
      blobs: [{ shape: [8, 64], data: weights }, { shape: [8], data: new Float32Array(8).fill(1) }],
    }],
  };
  const text = `input: "data" input_shape { dim: 1 dim: 64 }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
      inner_product_param { num_output: 8 } }`;
  const caffemodel = { bytes: writeCaffemodel(network), name: "ip.caffemodel" };
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" }, { caffemodel });
  const wordsOf = (weights: "float32" | "float16" | "int8") => {
    const { graph: found } = readOnnx(join([...writeOnnx({ graph }, { weights })]));
    const kept = found.initializer.filter(({ name }) => name !== "[-1,64]");
    return [
      found.node.map(({ op_type }) => op_type).join(" "),
      ...kept.map(({ name, raw_data }) => `${name} ${raw_data!.length}`),
    ];
  };
  assert.deepEqual(wordsOf("float32"), ["Gemm", "ip/weights 2048", "ip/biases 32"]);
  assert.deepEqual(wordsOf("float16"), ["Cast Gemm", "ip/weights 1024", "ip/biases 32"]);
  assert.deepEqual(wordsOf("int8"), [
    "Cast Mul Gemm",
    "ip/weights 512",
    "ip/weights/scales 32",
    "ip/biases 32",
  ]);
  assert.throws(() => writeOnnx({ graph }, { weights: "int4" as never }), TypeError);
});

Deno.test("an ONNX model without weights is refused", () => {
  const untrained = `input: "data" input_shape { dim: 1 dim: 2 }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
      inner_product_param { num_output: 3 } }`;
  assert.throws(() => decoded(untrained), /^TypeError: Cannot write the ONNX model: layer "ip"/);
});
