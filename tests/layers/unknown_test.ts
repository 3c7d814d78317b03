/**
 * Layers of types that nobody knows: what is needed in training alone does not stop a conversion.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** A network, and what is told of it. */
function converted(text: string) {
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const inputShapes = new Map([["data", [2, 3]]]);
  const { graph } = convert(network, { inputShapes, warn: (message) => warnings.push(message) });
  return { graph, warnings };
}

const relu = `layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;

Deno.test("a layer without bottoms brings data, whatever its type is", () => {
  const { graph, warnings } = converted(`
    layer { name: "roi" type: "Python" top: "data" top: "label"
      python_param { module: "roi_data.layer" layer: "RoIDataLayer" } }
    ${relu}
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "relu" bottom: "label" top: "loss" }`);
  assert.deepEqual(graph.inputs, [{ name: "data", shape: [2, 3] }]);
  assert.deepEqual(graph.outputs, ["loss"]);
  assert.deepEqual(warnings, [
    'layer "roi" is taken for inputs: type Python roi_data.layer.RoIDataLayer is not known here, ' +
    "and it has no bottoms",
  ]);
});

Deno.test("a layer that is a loss or an accuracy by its name is left out", () => {
  const { graph, warnings } = converted(`input: "data" ${relu}
    layer { name: "odd" type: "OddLoss" bottom: "relu" bottom: "label" top: "odd" }
    layer { name: "hits" type: "TopAccuracy" bottom: "relu" bottom: "label" }`);
  assert.deepEqual(graph.outputs, ["relu"]);
  assert.deepEqual(warnings, [
    'layer "odd" is left out: type OddLoss is not known here, and by its name it only measures',
    'layer "hits" is left out: type TopAccuracy is not known here (did you mean "Accuracy"?), ' +
    "and by its name it only measures",
  ]);
});

for (
  const [what, layers] of [
    [
      "a loss that another layer reads",
      `layer { name: "odd" type: "OddLoss" bottom: "data" top: "odd" }
       layer { name: "y" type: "ReLU" bottom: "odd" top: "y" }`,
    ],
    [
      "a layer that has learned something",
      `layer { name: "odd" type: "Odd" top: "odd" blobs { shape { dim: 1 } data: 1 } }`,
    ],
    ["a layer in the middle", `layer { name: "odd" type: "Odd" bottom: "data" top: "odd" }`],
  ] as const
) {
  Deno.test(`${what} has to be known`, () => {
    assert.throws(() => converted(`input: "data" ${relu} ${layers}`), {
      message: /^Cannot convert the network: a layer has a type not known here:\n {2}layer "odd"/,
    });
  });
}
