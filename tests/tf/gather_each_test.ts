/**
 * Ops with different positions in each sample, in TensorFlow.js's backends and as graph models.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeGraphModel } from "../../lib/emit/tfjs/graph_model.ts";
import { TfCaffeNetwork } from "../../lib/tf/mod.ts";

import { inputText } from "../input_text.ts";
import { tensor } from "../tensor.ts";
import { loadFiles, predict } from "../tensorflow.ts";

const zeros = (length: number) => Array.from({ length }, () => 0);

const cases = [{
  does: "FlowWarp moves each image by its own flow",
  text: inputText("x", [2, 1, 2, 3]) + inputText("flow", [2, 2, 2, 3]) +
    `layer { name: "y" type: "FlowWarp" bottom: "x" bottom: "flow" top: "y" }`,
  inputs: new Map([
    ["x", tensor([2, 1, 2, 3], 1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60)],
    // The first image is unchanged, the second is read from one column to the right.
    ["flow", tensor([2, 2, 2, 3], ...zeros(12), 1, 1, 1, 1, 1, 1, ...zeros(6))],
  ]),
  expected: [1, 2, 3, 4, 5, 6, 20, 30, 0, 50, 60, 0],
}, {
  does: "ReverseTime reverses each sequence within its own length",
  text: inputText("x", [3, 2, 1]) + inputText("lengths", [2]) +
    `layer { name: "y" type: "ReverseTime" bottom: "x" bottom: "lengths" top: "y" }`,
  inputs: new Map([
    ["x", tensor([3, 2, 1], 1, 10, 2, 20, 3, 30)],
    ["lengths", tensor([2], 3, 2)],
  ]),
  expected: [3, 20, 2, 10, 1, 0],
}];

for (const { does, text, inputs, expected } of cases) {
  for (const backend of ["cpu", "wasm"]) {
    Deno.test(`${backend}: ${does}`, async () => {
      await tf.setBackend(backend);
      const file = { bytes: new TextEncoder().encode(text), name: "deploy.prototxt" };
      const network = TfCaffeNetwork.fromCaffe(file);
      const given = [...inputs].map((
        [name, { shape, data }],
      ) => [name, tf.tensor(data, [...shape])]);
      const { y } = network.forward(Object.fromEntries(given));
      assert.deepEqual([...await y!.data()], expected);
      network.dispose();
      const model = await loadFiles(writeGraphModel(convert(file)));
      const answers = await predict(model, inputs, ["y"]);
      assert.deepEqual([...answers.get("y")!.data], expected);
      model.dispose();
    });
  }
}
