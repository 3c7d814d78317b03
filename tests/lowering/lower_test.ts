import assert from "node:assert/strict";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { convert } from "../../lib/convert.ts";
import { namedValues, withInputShapes } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";

const layer = (name: string, type: string, bottom: string, top = name) =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${top}" }\n`;

const network = (text: string) => ({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });

Deno.test("a network without its data layer gets an input by inputShapes", () => {
  const text = layer("relu", "ReLU", "data") + layer("prob", "Softmax", "relu");
  const { graph } = convert(network(text), { inputShapes: new Map([["data", [2, 3, 4, 5]]]) });
  assert.deepEqual(graph.inputs, [{ name: "data", shape: [2, 3, 4, 5] }]);
  assert.deepEqual(graph.outputs, ["prob"]);
  assert.throws(() => convert(network(text)), {
    name: "TypeError",
    message:
      /no layer before it has a top "data"; if it is an input .* inputShapes: new Map\(\[\["data", \[N, C, H, W\]/,
  });
});

Deno.test("with the shape of one top of a data layer in another phase, the others are inputs too", () => {
  const text = `layer { name: "db" type: "Data" top: "data" top: "label" include { phase: TRAIN } }
    ${layer("twin", "Split", "label")}
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "data" bottom: "twin" top: "loss" }`;
  const shape = [1, 3] as const;
  const { graph } = convert(network(text), { inputShapes: new Map([["data", shape]]) });
  assert.deepEqual(graph.inputs, [{ name: "data", shape }]);
  assert.deepEqual(graph.outputs, ["loss"]);
  assert.throws(() => convert(network(text), { inputShapes: new Map([["label", [1]]]) }), {
    message: /the shape of its input "data" is not in the file; set it with inputShapes/,
  });
});

Deno.test("a shape for an input that nothing reads is refused", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 }\n` + layer("relu", "ReLU", "data");
  assert.throws(() => convert(network(text), { inputShapes: new Map([["date", [1, 2]]]) }), {
    message: 'Cannot set the shape of input "date": the inputs are data',
  });
  const lost = layer("relu", "ReLU", "data");
  assert.throws(() => convert(network(lost), { inputShapes: new Map([["date", [1, 2]]]) }), {
    message: 'Cannot set the shape of input "date": the inputs are data',
  });
});

Deno.test("each in-place layer has its own value, and the name means the last one", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 }\n` +
    layer("ip", "Power", "data") + layer("relu", "ReLU", "ip", "ip") +
    layer("drop", "Dropout", "ip", "ip") + layer("prob", "Softmax", "ip");
  const { graph } = convert(network(text), { transforms: [] });
  assert.deepEqual(graph.nodes.map(({ output }) => output.name), ["ip", "relu", "prob"]);
  assert.equal(graph.names.get("ip")!.name, "relu");
});

/** The warnings about a network of the layers a and b with a caffemodel of the given layers. */
function warningsOf(...names: string[]): string[] {
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

Deno.test("missing layers of the caffemodel are reported, with the unused ones", () => {
  assert.deepEqual(warningsOf("a", "b", "more"), []);
  assert.deepEqual(warningsOf("a"), [
    'the caffemodel has no weights for "b": as in Caffe, they are zeros',
  ]);
  assert.deepEqual(warningsOf("a", "c"), [
    'the caffemodel has no weights for "b"; it has "c", which the network lacks: as in Caffe, ' +
    "they are zeros",
  ]);
});

Deno.test("of two layers of the same name, the first takes the blobs of the caffemodel", () => {
  const ip = (top: string) =>
    `layer { name: "ip" type: "InnerProduct" bottom: "data" top: "${top}"
      inner_product_param { num_output: 1 bias_term: false
        weight_filler { type: "constant" value: 7 } } }`;
  const text = `input: "data" input_shape { dim: 1 dim: 2 } ${ip("a")} ${ip("b")}`;
  const blobs = [{ shape: [1, 2], data: Float32Array.of(1, 2) }];
  const layers = [{ name: "ip", type: "", bottoms: [], tops: [], blobs }];
  const bytes = writeCaffemodel({ name: "", layers });
  const { graph } = convert(network(text), { caffemodel: { bytes, name: "some.caffemodel" } });
  assert.deepEqual([...graph.constants.values()].map((data) => [...data]), [[1, 2], [7, 7]]);
});

Deno.test("a caffemodel of another network is refused", () => {
  assert.throws(() => warningsOf("c", "d"), {
    message: 'Cannot take the weights: the caffemodel has no weights for "a", "b"; it has "c", ' +
      '"d", which the network lacks; do the prototxt and the caffemodel belong together?',
  });
});

Deno.test("an input that is only silenced needs no shape", () => {
  const { graph } = convert(network(`
    layer { name: "data" type: "ImageSegData" top: "data" top: "label" top: "dim"
      transform_param { crop_size: 4 } }
    layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
    layer { name: "silence" type: "Silence" bottom: "label" bottom: "dim" }`));
  assert.deepEqual(graph.inputs, [{ name: "data", shape: [1, 3, 4, 4] }]);
  assert.deepEqual(graph.outputs, ["relu"]);
});

Deno.test("layers that keep the values of their fillers are reported if others are trained", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
      inner_product_param { num_output: 1 bias_term: false } }
    layer { name: "bn" type: "BatchNorm" bottom: "ip" top: "bn" }
    layer { name: "scale" type: "Scale" bottom: "bn" top: "scale" }`;
  const blobs = [{ shape: [1, 2], data: Float32Array.of(1, 2) }];
  const layers = [{ name: "ip", type: "", bottoms: [], tops: [], blobs }];
  const warnings: string[] = [];
  const options = { warn: (message: string) => warnings.push(message) };
  convert(network(text), options);
  assert.deepEqual(warnings, []);
  const bytes = writeCaffemodel({ name: "", layers });
  convert(network(text), { ...options, caffemodel: { bytes, name: "some.caffemodel" } });
  assert.deepEqual(warnings, [
    'the caffemodel has no weights for "bn", "scale": as in Caffe, they have the values of ' +
    "their fillers or the defaults",
  ]);
});

Deno.test("weights in the network's own file are used if the caffemodel lacks them", async () => {
  const ip = (name: string, blobs = "") =>
    `layer { name: "${name}" type: "InnerProduct" bottom: "data" top: "${name}" ${blobs}
      inner_product_param { num_output: 1 bias_term: false } }`;
  const own = "blobs { shape { dim: 1 dim: 2 } data: [3, 4] }";
  const text = `input: "data" input_shape { dim: 1 dim: 2 } ${ip("a", own)} ${ip("b", own)}`;
  const blobs = [{ shape: [1, 2], data: Float32Array.of(1, 2) }];
  const layers = [{ name: "b", type: "", bottoms: [], tops: [], blobs }];
  const warnings: string[] = [];
  const { graph } = convert(network(text), {
    caffemodel: { bytes: writeCaffemodel({ name: "", layers }), name: "some.caffemodel" },
    warn: (message) => warnings.push(message),
  });
  const outputs = graph.outputs.map((name) => graph.names.get(name)!);
  const results = await runReference(
    graph,
    [{ shape: [1, 2], data: Float32Array.of(1, 1) }],
    outputs,
  );
  assert.deepEqual(results.map(({ data }) => [...data]), [[7], [3]]);
  assert.deepEqual(warnings, []);
});

Deno.test("the channels of a database's images are inferred from the first weights", () => {
  const convolution = (group: number) =>
    `layer { name: "conv" type: "Convolution" bottom: "twin" top: "conv"
      convolution_param { num_output: 6 kernel_size: 1 bias_term: false group: ${group} } }`;
  const inputOf = (transform: string, group: number, inputs: number) => {
    const text = `layer { name: "data" type: "Data" top: "data" data_param { batch_size: 2 }
        transform_param { ${transform} } }
      layer { name: "split" type: "Split" bottom: "data" top: "twin" } ${convolution(group)}`;
    const count = 6 * inputs / group;
    const blobs = [{ shape: [6, inputs / group, 1, 1], data: new Float32Array(count) }];
    const layers = [{ name: "conv", type: "", bottoms: [], tops: [], blobs }];
    const bytes = writeCaffemodel({ name: "", layers });
    const options = { caffemodel: { bytes, name: "some.caffemodel" } };
    return convert(network(text), options).graph.inputs[0]!.shape;
  };
  assert.deepEqual(inputOf("crop_size: 5", 1, 1), [2, 1, 5, 5]);
  assert.deepEqual(inputOf("crop_size: 5", 2, 4), [2, 4, 5, 5]);
  assert.deepEqual(inputOf("crop_size: 5 force_gray: true", 1, 1), [2, 1, 5, 5]);
  assert.deepEqual(inputOf("resize_param { height: 4 width: 6 }", 3, 6), [2, 6, 4, 6]);
});

Deno.test("the channels of a database's images are inferred from a BatchNorm", () => {
  const text = `layer { name: "data" type: "Data" top: "data"
    transform_param { crop_size: 5 } }` + layer("norm", "BatchNorm", "data");
  const blobs = [4, 4, 1].map((n) => ({ shape: [n], data: new Float32Array(n).fill(1) }));
  const layers = [{ name: "norm", type: "", bottoms: [], tops: [], blobs }];
  const caffemodel = { bytes: writeCaffemodel({ name: "", layers }), name: "some.caffemodel" };
  assert.deepEqual(convert(network(text), { caffemodel }).graph.inputs[0]!.shape, [1, 4, 5, 5]);
});

Deno.test("the error about an input of unknown shape has the size in the data layer's settings", () => {
  const messageOf = (data: string) => {
    const text = `layer { name: "data" top: "data" top: "label" ${data} }` +
      layer("relu", "ReLU", "data") + layer("twice", "Power", "label");
    try {
      return convert(network(text)).graph.inputs.join();
    } catch (error) {
      return (error as Error).message.match(/\[".*?\]/)![0];
    }
  };
  const sized = "dense_image_data_param { batch_size: 2 new_height: 36 new_width: 48 }";
  assert.equal(messageOf(`type: "DenseImageData" ${sized}`), '["data", [N, C, 36, 48]');
  assert.equal(messageOf(`type: "MyData" my_data_param { crop_size: 3 }`), '["data", [N, C, 3, 3]');
  assert.equal(messageOf(`type: "MyData" my_data_param { size: 3 }`), '["data", [N, C, H, W]');
  const resize = (mode: string) =>
    `type: "MyData" transform_param { resize_param { resize_mode: ${mode} height: 5 width: 6 } }`;
  assert.equal(messageOf(resize("WARP")), '["data", [N, C, 5, 6]');
  assert.equal(messageOf(resize("FIT_SMALL_SIZE")), '["data", [N, C, H, W]');
  const cropped = `type: "MyData" ${sized} transform_param { crop_size: 3 }`;
  assert.equal(messageOf(cropped), '["label", [N, C, H, W]');
});

Deno.test("the message about a blob of another phase or stage names the options", () => {
  const data = (rule: string) =>
    `layer { name: "d" type: "Data" top: "data" include { ${rule} } data_param { batch_size: 1 } }`;
  const text = data("phase: TRAIN") + data('phase: TEST stage: "val"') +
    layer("relu", "ReLU", "data", "data");
  assert.throws(() => convert(network(text)), {
    message: 'Cannot convert layer "relu" (ReLU): no layer before it has a top "data"; layer "d" ' +
      'has one, but only with { phase: "TRAIN" } or { stages: ["val"] }; if it is an input of the ' +
      'network, say its shape with inputShapes: new Map([["data", [N, C, H, W]]])\n' +
      "  at net.prototxt:1:209",
  });
});

Deno.test("a network without outputs is refused", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 }
    ${layer("relu", "ReLU", "data")} layer { name: "s" type: "Silence" bottom: "relu" }`;
  assert.throws(() => convert(network(text)), {
    message:
      "Cannot convert the network: it has no outputs, since layers read all of its blobs; remove " +
      "the Silence layer that reads the blob you want",
  });
});

Deno.test("a blob keeps its shape if shared memory is changed in another shape", async () => {
  const text = `input: "data" input_shape { dim: 1 dim: 3 dim: 2 dim: 1 }
    ${layer("twice", "Power", "data")} ${layer("flat", "Flatten", "twice")}
    ${layer("relu", "ReLU", "flat", "flat")} ${layer("sum", "Softmax", "twice")}`;
  const { graph } = convert(network(text), { transforms: [] });
  const three = withInputShapes(graph, new Map([["data", [3, 3, 2, 1]]]));
  const data = Float32Array.from({ length: 18 }, (_, i) => i - 9);
  const [actual] = await runReference(three, [{ shape: [3, 3, 2, 1], data }], [
    namedValues(three).get("sum")!,
  ]);
  assert.deepEqual(actual!.shape, [3, 3, 2, 1]);
  // All numbers of the first sample are negative, so its softmax is uniform.
  assert.ok(actual!.data.subarray(0, 6).every((x) => Math.abs(x - 1 / 3) < 1e-6));
  assert.ok(actual!.data.at(-1)! > 0.8);
});
