/**
 * Graph models: any batch, names, layouts, shards, and rounded weights.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { convert } from "../../../lib/convert.ts";
import { exportedOutputs } from "../../../lib/emit/exported_outputs.ts";
import { compile } from "../../../lib/emit/tfjs/compile.ts";
import { encodeWeight } from "../../../lib/emit/tfjs/encode_weight.ts";
import { writeGraphModel } from "../../../lib/emit/tfjs/graph_model.ts";
import type { Model } from "../../../lib/model.ts";
import { toHalf } from "../../../runtime/half.ts";
import { runReference } from "../../../runtime/reference.ts";
import { withInputShapes } from "../../../runtime/graph.ts";
import { count, type Tensor } from "../../../runtime/tensor.ts";
import { largestDifference } from "../../../cli/difference.ts";
import { join } from "../../join.ts";
import { loadFiles, predict } from "../../tensorflow.ts";

/** A small classifier with padding, groups, ceil-mode pooling and a transposed convolution. */
const prototxt = (extent = 8, outputs = 5) => `
name: "small"
input: "data" input_shape { dim: 1 dim: 2 dim: ${extent} dim: ${extent + 1} }
layer { name: "conv/a b" type: "Convolution" bottom: "data" top: "conv"
  convolution_param { num_output: 4 kernel_size: 3 pad: 1 group: 2
    weight_filler { type: "constant" value: 0.25 } bias_filler { type: "constant" value: -1 } } }
layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool"
  pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 } }
layer { name: "up" type: "Deconvolution" bottom: "pool" top: "up"
  convolution_param { num_output: 3 kernel_size: 4 stride: 2 pad: 1
    weight_filler { type: "constant" value: 0.1 } bias_filler { type: "constant" value: 0.5 } } }
layer { name: "ip" type: "InnerProduct" bottom: "up" top: "ip"
  inner_product_param { num_output: ${outputs} weight_filler { type: "constant" value: 0.01 } } }
layer { name: "prob" type: "Softmax" bottom: "ip" top: "prob" }`;

function small(...extents: number[]): Model {
  const bytes = new TextEncoder().encode(prototxt(...extents));
  return convert({ bytes, name: "small.prototxt" });
}

function ramp(shape: readonly number[]): Tensor {
  return { shape, data: Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(i)) };
}

Deno.test("a graph model takes any batch", async () => {
  const { graph } = small();
  const model = await loadFiles(writeGraphModel(small()));
  for (const batch of [1, 3]) {
    const input = ramp([batch, 2, 8, 9]);
    const fitted = withInputShapes(graph, new Map([["data", input.shape]]));
    const wanted = fitted.names.get("prob")!;
    const [expected] = await runReference(fitted, [input], [wanted]);
    const actual = (await predict(model, new Map([["data", input]]), ["prob"])).get("prob")!;
    assert.deepEqual(actual.shape, [batch, 5]);
    assert.ok(largestDifference(actual.data, expected!.data) < 1e-5);
  }
  model.dispose();
});

Deno.test("a graph model is written for a fixed batch if the batch becomes a spatial axis", async () => {
  const text = `input: "data" input_shape { dim: 3 dim: 2 dim: 5 dim: 1 }
    layer { name: "turn" type: "Permute" bottom: "data" top: "turn"
      permute_param { order: 2 order: 1 order: 3 } }
    layer { name: "up" type: "Deconvolution" bottom: "turn" top: "up"
      convolution_param { num_output: 4 kernel_size: 1 stride_h: 2 stride_w: 1 pad_h: 0 pad_w: 1
        weight_filler { type: "constant" value: 0.5 } } }`;
  const model = convert({ bytes: new TextEncoder().encode(text), name: "turned.prototxt" });
  const input = ramp([3, 2, 5, 1]);
  const [expected] = await runReference(model.graph, [input], [model.graph.names.get("up")!]);
  const loaded = await loadFiles(writeGraphModel(model));
  const { shape, data } = (await predict(loaded, new Map([["data", input]]), ["up"])).get("up")!;
  loaded.dispose();
  assert.deepEqual(shape, expected!.shape);
  assert(largestDifference(data, expected!.data) < 1e-6);
});

Deno.test("outputs keep their order and inputs their names, also unusual ones", async () => {
  for (const input of ["data", "constructor", "0"]) {
    const text = `input: "${input}" input_shape { dim: 1 dim: 2 }
      layer { name: "toString" type: "Power" bottom: "${input}" top: "valueOf"
        power_param { shift: 1 } }
      layer { name: "a" type: "Power" bottom: "valueOf" top: "1000" power_param { scale: 2 } }
      layer { name: "b" type: "AbsVal" bottom: "valueOf" top: "999" }`;
    const network = { bytes: new TextEncoder().encode(text), name: "names.prototxt" };
    const converted = convert(network);
    assert.deepEqual(converted.graph.outputs, ["1000", "999"]);
    const model = await loadFiles(writeGraphModel(converted));
    const results = model.predict({ [input]: tf.tensor2d([[1, -3]]) }) as tf.Tensor[];
    const answers = await Promise.all(results.map((result) => result.data()));
    assert.deepEqual(answers.map((answer) => [...answer]), [[4, -4], [2, 2]]);
    model.dispose();
  }
});

Deno.test("images are transposed neither at the inputs nor between layers of the same layout", () => {
  const { graph } = small();
  const { nodes } = compile(graph, exportedOutputs(graph));
  const transposes = nodes.filter(({ op }) => op === "Transpose");
  assert.deepEqual(transposes, []);
  const names = nodes.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[A-Za-z0-9.][A-Za-z0-9_.\-/]*$/);
  assert.ok(names.includes("conv/a_b"), names.join());
});

Deno.test("a convolution with a stride skips the windows between, unless it is dilated too", () => {
  const stridesOf = (dilation: number) => {
    const text = `input: "data" input_shape { dim: 1 dim: 2 dim: 9 dim: 9 }
      layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
        convolution_param { num_output: 1 kernel_size: 3 stride: 2 dilation: ${dilation} } }`;
    const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
    const { nodes } = compile(graph, exportedOutputs(graph));
    return nodes.filter(({ op }) => op === "Conv2D").map(({ attributes }) => attributes.strides);
  };
  assert.deepEqual(stridesOf(1), [{ ints: [1, 2, 2, 1] }]);
  // TensorFlow.js cannot combine them.
  assert.deepEqual(stridesOf(2), [{ ints: [1, 1, 1, 1] }]);
});

Deno.test("weights fill shards of 4 MB", async () => {
  const model = small(40, 300);
  const files = writeGraphModel(model);
  const shards = files.slice(0, -1).map(({ name, chunks }) => [name, join(chunks).length] as const);
  assert.ok(shards.length >= 2);
  shards.forEach(([name, size], i) => {
    assert.equal(name, `group1-shard${i + 1}of${shards.length}.bin`);
    if (i < shards.length - 1) assert.equal(size, 4 * 1024 * 1024);
  });
  const loaded = await loadFiles(files);
  const input = new Map([["data", ramp([1, 2, 40, 41])]]);
  assert.equal((await predict(loaded, input, ["prob"])).get("prob")!.data.length, 300);
  loaded.dispose();
});

Deno.test("float16 and uint8 round learned weights, and keep other constants exact", async () => {
  const input = new Map([["data", ramp([1, 2, 8, 9])]]);
  const answer = async (weights: "float32" | "float16" | "uint8") => {
    const files = writeGraphModel(small(), { weights });
    const model = await loadFiles(files);
    const { data } = (await predict(model, input, ["prob"])).get("prob")!;
    model.dispose();
    return { data, size: join(files[0]!.chunks).length };
  };
  const exact = await answer("float32");
  for (const weights of ["float16", "uint8"] as const) {
    const { data, size } = await answer(weights);
    assert.ok(size < exact.size * (weights === "uint8" ? 0.5 : 0.7), `${size} of ${exact.size}`);
    assert.ok(largestDifference(data, exact.data) < 1e-2);
  }
});

Deno.test("uint8 ranges from the lowest to the highest number, and represents 0 exactly", () => {
  const node = { op: "Const", name: "w", inputs: [], attributes: {} } as const;
  // Of the 255 steps from -0.4 to 1, the lowest is moved a little.
  const data = Float32Array.of(-0.4, 0, 0.25, 1);
  const value = { node, index: 0, shape: [2, 2], type: "float", data, learned: "weights" } as const;
  const { bytes, spec } = encodeWeight(value, "uint8");
  const { scale, min } = spec.quantization as { scale: number; min: number };
  const dequantized = [...bytes].map((step) => step * scale + min);
  assert.equal(dequantized[1], 0);
  dequantized.forEach((number, i) => assert.ok(Math.abs(number - data[i]!) <= scale / 2 + 1e-9));
  assert.equal(
    encodeWeight({ ...value, learned: undefined }, "uint8").spec.quantization,
    undefined,
  );
});

Deno.test("uint8 represents integers exactly, or is not used for them", () => {
  const node = { op: "Const", name: "integers", inputs: [], attributes: {} } as const;
  const encoded = (...data: number[]) =>
    encodeWeight({
      ...{ node, index: 0, shape: [1, data.length], type: "float", learned: "weights" } as const,
      data: Float32Array.from(data),
    }, "uint8");
  for (const data of [[0, 3, 254, 255], [-7, 100], [300, 301], [5, 5]]) {
    const { bytes, spec } = encoded(...data);
    const { scale, min } = spec.quantization as { scale: number; min: number };
    assert.deepEqual([...bytes].map((step) => step * scale + min), data);
  }
  const { bytes, spec } = encoded(0, 3, 256);
  assert.equal(spec.quantization, undefined);
  assert.deepEqual([...new Float32Array(bytes.buffer)], [0, 3, 256]);
});

Deno.test("numbers beyond float16 are kept exact, and infinite ones are refused for uint8", () => {
  const node = { op: "Const", name: "conv/weights", inputs: [], attributes: {} } as const;
  const valueOf = (...data: number[]) =>
    ({
      node,
      index: 0,
      shape: [1, 2, data.length / 2],
      type: "float",
      data: Float32Array.from(data),
      learned: "weights",
    }) as const;
  const { spec, bytes } = encodeWeight(valueOf(1, 2, 3, 65520), "float16");
  assert.equal(spec.quantization, undefined);
  assert.deepEqual(new Float32Array(bytes.buffer), Float32Array.of(1, 2, 3, 65520));
  assert.equal(encodeWeight(valueOf(1, 2, 3, 1e-9), "float16").bytes.length, 8);
  for (const number of [NaN, Infinity, -Infinity]) {
    assert.throws(() => encodeWeight(valueOf(1, number), "uint8"), {
      message: 'Cannot round weights "conv/weights" to uint8: some are infinite or NaN',
    });
  }
});

Deno.test("weights are rounded to the nearest halves, whatever they are", () => {
  const node = { op: "Const", name: "conv/weights", inputs: [], attributes: {} } as const;
  const values = Float32Array.from({ length: 300_000 }, (_, i) => Math.sin(i) * 2 ** (i % 80 - 65));
  for (const odd of [[], [NaN], [Infinity, -0, NaN]]) {
    const data = values.slice();
    data.set(odd, 12_345);
    const value = { node, index: 0, type: "float", data, learned: "weights" } as const;
    const { bytes } = encodeWeight({ ...value, shape: [3, 100_000] }, "float16");
    assert.deepEqual(new Uint16Array(bytes.buffer), toHalf(data));
  }
});

Deno.test("a model without weights is refused", () => {
  const model = { ...small(), untrained: ["conv", "ip"] };
  assert.throws(() => writeGraphModel(model), {
    message: 'Cannot write the graph model: layer "conv" and 1 other have no weights; ' +
      "give the caffemodel",
  });
});
