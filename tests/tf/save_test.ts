/**
 * The settings in a caffemodel that a trainable network saves.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { apply, defineLayer, type Layer } from "../../lib/layers/layer.ts";
import { TfCaffeNetwork, type TfCaffeOptions } from "../../lib/tf/mod.ts";
import { upgrade } from "../../lib/upgrade/mod.ts";
import { float, message } from "../../proto/mod.ts";
import { inputText } from "../input_text.ts";
import { layer } from "./learner.ts";

interface Saved {
  readonly bytes: Uint8Array;
  readonly name: string;
  /** The network as text. */
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Reads a prototxt for training, and saves it. */
async function saved(prototxt: string, options: TfCaffeOptions = {}): Promise<Saved> {
  await tf.setBackend("cpu");
  const warnings: string[] = [];
  const file = { bytes: new TextEncoder().encode(prototxt), name: "net.prototxt" };
  const warn = (message: string) => warnings.push(message);
  const network = TfCaffeNetwork.fromCaffe(file, { ...options, warn });
  const bytes = await network.saveCaffemodel();
  await network.save();
  network.dispose();
  const name = "saved.caffemodel", { layers } = options;
  const chunks = upgrade({ bytes, name }, { format: "text", layers });
  const text = [...chunks].map((chunk) => new TextDecoder().decode(chunk)).join("");
  return { bytes, name, text: text.replace(/\s+/g, " "), warnings };
}

Deno.test("a caffemodel has the settings that the network's file has, and no others", async () => {
  const settings = "mvn_param { across_channels: true }";
  const { text, warnings } = await saved(
    inputText("x", [1, 2, 3, 3]) + layer("y", "MVN", "x", settings),
  );
  assert.match(text, /type: "MVN" bottom: "x" top: "y" mvn_param { across_channels: true } }/);
  assert.deepEqual(warnings, []);
});

Deno.test("settings that a caffemodel cannot hold are left out with a warning, once", async () => {
  const text = inputText("x", [1, 4, 6, 6]) +
    layer("g", "GroupNorm", "x", "group_norm_param { group_num: 2 }");
  assert.deepEqual((await saved(text)).warnings, [
    'net.prototxt:2:1: the number of field "group_norm_param" of LayerParameter is not known; ' +
    "it is left out",
  ]);
});

Deno.test("a fork's rounding of pooling is saved as Caffe's round_mode", async () => {
  const settings = "pooling_param { kernel_size: 3 stride: 2 ceil_mode: false }";
  const model = convert(
    await saved(inputText("x", [1, 1, 6, 6]) + layer("p", "Pooling", "x", settings)),
  );
  assert.deepEqual(model.graph.names.get("p")!.shape, [1, 1, 2, 2]);
});

Deno.test("a caffemodel has the settings of the caller's layers", async () => {
  const leaky = defineLayer({
    type: "Leaky",
    param: {
      name: "leaky_param",
      number: 9001,
      message: message("LeakyParameter", { slope: float(1, 0.1) }),
    },
    lower: ({ graph, name, bottoms, param: { slope } }) => [
      apply(graph, "relu", name, bottoms, { slope }),
    ],
  });
  const layers: readonly Layer[] = [leaky];
  const file = await saved(
    inputText("x", [1, 2]) + layer("y", "Leaky", "x", "leaky_param { slope: 0.5 }"),
    { layers },
  );
  const { nodes } = convert(file, { layers, transforms: [] }).graph;
  assert.deepEqual(nodes.map(({ attributes }) => attributes), [{ slope: 0.5 }]);
});

Deno.test("a caffemodel keeps preprocessing, shared blobs and rates, and one phase without rules", async () => {
  const data = (phase: string, crop: number) =>
    `layer { name: "data" type: "Data" top: "data" top: "label" include { phase: ${phase} }
      transform_param { crop_size: ${crop} mean_value: 3 scale: 0.5 } data_param { batch_size: 2 } }`;
  const shared = 'param { name: "w" lr_mult: 0 } inner_product_param { num_output: 2 }';
  const file = await saved(
    data("TEST", 7) + data("TRAIN", 5) + layer("a", "InnerProduct", "data", shared) +
      layer("b", "InnerProduct", "data", shared),
    { phase: "TRAIN" },
  );
  const { graph, preprocessing } = convert(file);
  assert.deepEqual(graph.inputs.map(({ shape }) => shape), [[2, 3, 5, 5]]);
  assert.deepEqual([preprocessing!.mean, preprocessing!.scale], [[3], 0.5]);
  assert.equal(file.text.match(/param { name: "w" lr_mult: 0 }/g)!.length, 2);
});

Deno.test("a caffemodel has the inputs that only losses read, and the shapes of all", async () => {
  const { text } = await saved(
    inputText("label", [2]) + inputText("x", [2, 3]) +
      `layer { name: "loss" type: "SoftmaxWithLoss" bottom: "x" bottom: "label" top: "loss" }`,
  );
  const inputs = text.matchAll(/top: "(\w+)" input_param { shape { (.*?) } }/g);
  assert.deepEqual([...inputs].map(([, name, shape]) => [name, shape]), [
    ["label", "dim: 2"],
    ["x", "dim: 2 dim: 3"],
  ]);
});
