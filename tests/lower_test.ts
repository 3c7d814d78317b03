import assert from "node:assert/strict";
import { writeCaffemodel } from "../lib/caffe/write.ts";
import { convert } from "../lib/convert.ts";

const layer = (name: string, type: string, bottom: string, top = name) =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${top}" }\n`;

const network = (text: string) => ({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });

Deno.test("a network that has lost its data layer gets the input that is asked for", () => {
  const text = layer("relu", "ReLU", "data") + layer("prob", "Softmax", "relu");
  const { graph } = convert(network(text), { inputShapes: new Map([["data", [2, 3, 4, 5]]]) });
  assert.deepEqual(graph.inputs, [{ name: "data", shape: [2, 3, 4, 5] }]);
  assert.deepEqual(graph.outputs, ["prob"]);
  assert.throws(() => convert(network(text)), {
    name: "TypeError",
    message: /no layer before it has a top "data"; if it is an input .* --input-shape data=N,C,H,W/,
  });
});

Deno.test("a shape for an input that nothing reads is refused", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 }\n` + layer("relu", "ReLU", "data");
  assert.throws(() => convert(network(text), { inputShapes: new Map([["date", [1, 2]]]) }), {
    message: 'Cannot set the shape of input "date": the inputs are data',
  });
});

Deno.test("each layer of a chain in place is a value of its own, and the name moves on", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 }\n` +
    layer("ip", "Power", "data") + layer("relu", "ReLU", "ip", "ip") +
    layer("drop", "Dropout", "ip", "ip") + layer("prob", "Softmax", "ip");
  const { graph } = convert(network(text), { transforms: [] });
  assert.deepEqual(graph.nodes.map(({ output }) => output.name), ["ip", "relu", "prob"]);
  assert.equal(graph.names.get("ip")!.name, "relu");
});

/** What is told of a network of two layers, when a caffemodel has weights for some of these names. */
function toldOf(...names: string[]): string[] {
  const ip = (name: string) =>
    `layer { name: "${name}" type: "InnerProduct" bottom: "data" top: "${name}"
      inner_product_param { num_output: 1 bias_term: false } }`;
  const text = `input: "data" input_shape { dim: 1 dim: 2 } ${ip("a")} ${ip("b")}`;
  const blobs = [{ shape: [1, 2], data: new Float32Array(2) }];
  const layers = names.map((name) => ({ name, type: "", bottoms: [], tops: [], blobs }));
  const warnings: string[] = [];
  convert({ bytes: new TextEncoder().encode(text), name: "deploy.prototxt" }, {
    caffemodel: { bytes: writeCaffemodel({ name: "", layers }), name: "some.caffemodel" },
    warn: (message) => warnings.push(message),
  });
  return warnings;
}

Deno.test("layers that the caffemodel does not have are told, beside those that it has in their place", () => {
  assert.deepEqual(toldOf("a", "b", "more"), []);
  assert.deepEqual(toldOf("a"), [
    'the caffemodel has no weights for "b": as in Caffe, they are zeros',
  ]);
  assert.deepEqual(toldOf("a", "c"), [
    'the caffemodel has no weights for "b"; it has "c", which the network lacks: as in Caffe, ' +
    "they are zeros",
  ]);
});

Deno.test("a caffemodel of another network is refused", () => {
  assert.throws(() => toldOf("c", "d"), {
    message: 'Cannot take the weights: the caffemodel has no weights for "a", "b"; it has "c", ' +
      '"d", which the network lacks; do the prototxt and the caffemodel belong together?',
  });
});

Deno.test("what is only silenced needs no shape", () => {
  const { graph } = convert(network(`
    layer { name: "data" type: "ImageSegData" top: "data" top: "label" top: "dim"
      transform_param { crop_size: 4 } }
    layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
    layer { name: "silence" type: "Silence" bottom: "label" bottom: "dim" }`));
  assert.deepEqual(graph.inputs, [{ name: "data", shape: [1, 3, 4, 4] }]);
  assert.deepEqual(graph.outputs, ["relu"]);
});
