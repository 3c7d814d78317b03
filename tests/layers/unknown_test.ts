/**
 * Layers of unknown types: those that only training needs are left out.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** The graph of a network, and the warnings of its conversion. */
function converted(text: string) {
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const inputShapes = new Map([["data", [2, 3]]]);
  const { graph } = convert(network, { inputShapes, warn: (message) => warnings.push(message) });
  return { graph, warnings };
}

const relu = `layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;

Deno.test("a layer without bottoms is a data layer, whatever its type", () => {
  const { graph, warnings } = converted(`
    layer { name: "roi" type: "Python" top: "data" top: "label"
      python_param { module: "roi_data.layer" layer: "RoIDataLayer" } }
    ${relu}
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "relu" bottom: "label" top: "loss" }`);
  assert.deepEqual(graph.inputs, [{ name: "data", shape: [2, 3] }]);
  assert.deepEqual(graph.outputs, ["loss"]);
  assert.deepEqual(warnings, [
    'layer "roi" is taken for inputs: type Python roi_data.layer.RoIDataLayer is not supported, ' +
    "and it has no bottoms",
  ]);
});

Deno.test("a layer that is a loss or an accuracy by its name is left out", () => {
  const { graph, warnings } = converted(`input: "data" ${relu}
    layer { name: "odd" type: "OddLoss" bottom: "relu" bottom: "label" top: "odd" }
    layer { name: "hits" type: "TopAccuracy" bottom: "relu" bottom: "label" }`);
  assert.deepEqual(graph.outputs, ["relu"]);
  assert.deepEqual(warnings, [
    'layer "odd" is left out: type OddLoss is not supported, and its name is that of a loss or metric',
    'layer "hits" is left out: type TopAccuracy is not supported (did you mean "Accuracy"?), ' +
    "and its name is that of a loss or metric",
  ]);
});

/** The warnings about a layer of a type that reads a prediction and a label. */
function warningsOf(type: string, settings = "", after = "") {
  const { graph, warnings } = converted(`input: "data" ${relu}
    layer { name: "odd" type: "${type}" bottom: "relu" bottom: "label" top: "odd" ${settings} }
    ${after}`);
  assert.deepEqual(graph.outputs, ["relu"]);
  return warnings.map((warning) => warning.replace(/.* and (?=its )/, ""));
}

Deno.test("losses and metrics are recognized by many names", () => {
  const losses = ["SoftmaxWithLossPlus", "CosFaceLossLayer", "Loss2"];
  const metrics = ["AccuracyMulti", "SegmentationEvaluate", "DenseBoxMapEvaluation"];
  const types = [...losses, ...metrics];
  for (const type of [...types, "CrossEntropyLossWithWeight", "tripletloss", "ODDLOSS"]) {
    assert.deepEqual(warningsOf(type), ["its name is that of a loss or metric"]);
  }
  const python = (layer: string) => `python_param { module: "lossless" layer: "${layer}" }`;
  assert.deepEqual(warningsOf("Python", python("SeedLossLayer")), [
    "its name is that of a loss or metric",
  ]);
  assert.throws(() => warningsOf("Python", python("Zoom")), /Python lossless\.Zoom/);
  for (const type of ["Lossless", "Gloss2Matte"]) {
    assert.throws(() => warningsOf(type), /unsupported type/);
  }
});

Deno.test("a layer with a loss_weight is a loss, which others may add", () => {
  const expected = ["its loss_weight is that of a loss or metric"];
  assert.deepEqual(warningsOf("MAE", "loss_weight: 1"), expected);
  const sum = `layer { name: "twice" type: "Power" bottom: "odd" top: "twice" }`;
  assert.deepEqual(warningsOf("MAE", "loss_weight: 0", sum), expected);
  assert.throws(() => warningsOf("MAE", `loss_weight: 1 top: "more"`, sum.replace("odd", "more")));
});

for (
  const [what, layers] of [
    [
      "a loss that another layer reads",
      `layer { name: "odd" type: "OddLoss" bottom: "data" top: "odd" }
       layer { name: "y" type: "ReLU" bottom: "odd" top: "y" }`,
    ],
    [
      "a layer with learned blobs",
      `layer { name: "odd" type: "Odd" top: "odd" blobs { shape { dim: 1 } data: 1 } }`,
    ],
    ["a layer in the middle", `layer { name: "odd" type: "Odd" bottom: "data" top: "odd" }`],
  ] as const
) {
  Deno.test(`${what} must have a known type`, () => {
    assert.throws(() => converted(`input: "data" ${relu} ${layers}`), {
      message: /^Cannot convert the network: a layer has an unsupported type:\n {2}layer "odd"/,
    });
  });
}

Deno.test("a layer whose tops only Silence layers read is left out", () => {
  const { graph, warnings } = converted(`input: "data" ${relu}
    layer { name: "show" type: "Python" bottom: "relu" top: "shown"
      python_param { module: "print_layer" layer: "PrintLayer" } }
    layer { name: "quiet" type: "Silence" bottom: "shown" }`);
  assert.deepEqual(graph.outputs, ["relu"]);
  assert.deepEqual(warnings, [
    'layer "show" is left out: type Python print_layer.PrintLayer is not supported, and only ' +
    "Silence layers read its tops",
  ]);
});

Deno.test("a layer without tops is left out, and what it reads stays an output", () => {
  const { graph, warnings } = converted(`input: "data" ${relu}
    layer { name: "tanh" type: "TanH" bottom: "relu" top: "tanh" }
    layer { name: "stat" type: "Python" bottom: "tanh" bottom: "relu"
      python_param { module: "rpn.stat" layer: "stat" } }`);
  assert.deepEqual(graph.outputs, ["tanh"]);
  assert.deepEqual(warnings, [
    'layer "stat" is left out: type Python rpn.stat.stat is not supported, and it has no tops',
  ]);
});

Deno.test("a layer without bottoms and tops, such as one that sets up a device, is left out", () => {
  const { graph, warnings } = converted(`input: "data"
    layer { name: "program" type: "XCLProgram" xcl_param { once: true } } ${relu}`);
  assert.deepEqual(graph.outputs, ["relu"]);
  assert.deepEqual(warnings, [
    'layer "program" is left out: type XCLProgram is not supported, and it has no tops',
  ]);
});

Deno.test("a layer of an unknown type is refused if anything else reads its tops, or nothing does", () => {
  const odd = `layer { name: "odd" type: "Odd" bottom: "relu" top: "odd" top: "even" }
    layer { name: "quiet" type: "Silence" bottom: "even" }`;
  assert.throws(() => converted(`input: "data" ${relu} ${odd}`), /layer "odd" \(Odd\)/);
  const used = `layer { name: "quiet2" type: "Silence" bottom: "odd" }
    layer { name: "tanh" type: "TanH" bottom: "odd" top: "tanh" }`;
  assert.throws(() => converted(`input: "data" ${relu} ${odd} ${used}`), /layer "odd" \(Odd\)/);
});

/** A layer that prepares pictures and labels for layers with weights, and a loss. */
const prepared = `layer { name: "file" type: "Data" top: "data" top: "label"
    transform_param { crop_size: 4 } }
  layer { name: "patch" type: "Jitter" bottom: "data" bottom: "label" top: "patch" top: "target" }
  layer { name: "fc" type: "InnerProduct" bottom: "patch" top: "fc"
    inner_product_param { num_output: 2 } }
  layer { name: "loss" type: "OddLoss" bottom: "fc" bottom: "target" }`;

Deno.test("a layer that prepares labels together with data is needed", () => {
  assert.throws(() => converted(prepared), {
    message:
      /layer "patch" \(Jitter\)[^]*It can start after them: [^]*\[\["patch", \[N, C, H, W\]\]\]/,
  });
});

Deno.test("a network can start after layers of unknown types that prepare things for each other", () => {
  const chain = `layer { name: "file" type: "Data" top: "file" transform_param { crop_size: 4 } }
    layer { name: "center" type: "Center" bottom: "file" top: "center" }
    layer { name: "cut" type: "Cut" bottom: "file" bottom: "center" top: "cut" }`;
  const rest = `layer { name: "fc" type: "InnerProduct" bottom: "cut" top: "fc"
    inner_product_param { num_output: 2 } }`;
  assert.throws(() => converted(`${chain} ${rest}`), {
    message: /It can start after them: [^]*\[\["cut", \[N, C, H, W\]\]\]/,
  });
  const network = { bytes: new TextEncoder().encode(`${chain} ${rest}`), name: "net.prototxt" };
  const inputShapes = new Map([["cut", [1, 3, 2, 2]]]);
  const { graph } = convert(network, { inputShapes, warn() {} });
  assert.deepEqual(graph.inputs, [{ name: "cut", shape: [1, 3, 2, 2] }]);
  assert.throws(() => converted(chain), ({ message }: Error) => !message.includes("can start"));
});

Deno.test("a network can start after a layer of an unknown type", () => {
  const network = { bytes: new TextEncoder().encode(prepared), name: "net.prototxt" };
  const inputShapes = new Map([["patch", [1, 3, 2, 2]]]), warnings: string[] = [];
  const { graph } = convert(network, { inputShapes, warn: (message) => warnings.push(message) });
  assert.deepEqual(graph.inputs, [{ name: "patch", shape: [1, 3, 2, 2] }]);
  assert.deepEqual(graph.outputs, ["fc"]);
  assert.equal(
    warnings[0],
    'layer "patch" is replaced by inputs: type Jitter is not supported, and the shape of its top ' +
      '"patch" is given',
  );
});

Deno.test("a layer of an unknown type is not replaced by an input that it overwrites", () => {
  const text = `input: "data" layer { name: "odd" type: "Odd" bottom: "data" top: "data" } ${relu}`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const inputShapes = new Map([["data", [1, 3, 2, 2]]]);
  assert.throws(() => convert(network, { inputShapes }), { message: /layer "odd" \(Odd\)/ });
});

Deno.test("what a layer of an unknown type overwrites, or has learned, is no start", () => {
  const after = `layer { name: "tanh" type: "TanH" bottom: "odd" top: "tanh" }`;
  for (
    const odd of [
      `layer { name: "odd" type: "Odd" bottom: "data" top: "odd" param { lr_mult: 1 } }`,
      `${relu} layer { name: "copy" type: "AbsVal" bottom: "relu" top: "odd" }
       layer { name: "odd" type: "Odd" bottom: "odd" top: "odd" }`,
      `layer { name: "fc" type: "InnerProduct" bottom: "data" top: "fc" }
       layer { name: "odd" type: "Odd" bottom: "fc" top: "odd" }`,
    ]
  ) {
    assert.throws(() => converted(`input: "data" ${odd} ${after}`), ({ message }: Error) => {
      assert.match(message, /layer "odd" \(Odd\)/);
      assert.doesNotMatch(message, /can start/);
      return true;
    });
  }
});

Deno.test("a layer of an unknown type without a name is told by its place", () => {
  const { warnings } = converted(`input: "data" ${relu}
layer { type: "OddLoss" bottom: "relu" top: "odd" }`);
  assert.deepEqual(warnings, [
    "layer at net.prototxt:2:1 is left out: type OddLoss is not supported, and its name is that of a " +
    "loss or metric",
  ]);
});

Deno.test("the message about unknown types has the outputs that end the network before them", () => {
  const layer = (name: string, type: string, bottoms: readonly string[], top = name) =>
    `layer { name: "${name}" type: "${type}" ` +
    `${bottoms.map((bottom) => `bottom: "${bottom}"`).join(" ")} top: "${top}" }`;
  const text = [
    `input: "data" input_shape { dim: 1 dim: 3 }`,
    layer("maps", "TanH", ["data"]),
    layer("relu", "ReLU", ["maps"], "maps"),
    layer("score", "Sigmoid", ["maps"]),
    layer("other", "AbsVal", ["maps"]),
    layer("odd", "Odd", ["maps", "data"]),
    layer("sum", "Eltwise", ["odd", "score"]),
  ];
  const network = (layers: readonly string[]) => ({
    bytes: new TextEncoder().encode(layers.join("\n")),
    name: "net.prototxt",
  });
  assert.throws(() => convert(network(text)), {
    message: /\nThe network can end before them: outputs: \["maps","score","other"\]\n/,
  });
  const outputs = ["maps", "score", "other"];
  assert.deepEqual(convert(network(text), { outputs }).graph.outputs, outputs);
  // What an unknown layer overwrites has no name, and an input is no output.
  const lost = [...text.slice(0, 4), layer("odd", "Odd", ["maps"], "maps")];
  assert.throws(() => convert(network(lost)), { message: /outputs: \["score"\]$/ });
  // Nor is what needs a blob that no layer provides, such as a label.
  const unlabelled = [...text, layer("near", "Interp", ["label"])];
  assert.throws(() => convert(network(unlabelled)), { message: /"maps","score","other"\]\n/ });
  const alone = [text[0]!, layer("odd", "Odd", ["data"])];
  assert.throws(() => convert(network(alone)), { message: /or their definitions as `layers`$/ });
});
