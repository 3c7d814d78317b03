/**
 * The check of a TensorFlow.js backend by a small convolution.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { checkBackend, TfNetwork } from "../../lib/tf/mod.ts";
import { inputText } from "../input_text.ts";
import { join } from "../join.ts";
import { layer } from "./learner.ts";

tf.enableProdMode();

Deno.test("backends that compute correct results pass", async () => {
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    await checkBackend();
  }
});

Deno.test("a backend that returns zeros is refused, also when a bundle is loaded", async () => {
  await tf.setBackend("cpu");
  const [name, backend] = ["Conv2D", "cpu"];
  const kernel = tf.getKernel(name, backend);
  tf.unregisterKernel(name, backend);
  tf.registerKernel({
    kernelName: name,
    backendName: backend,
    kernelFunc: () => tf.zeros([1, 2, 2, 1]),
  });
  try {
    const refusal = {
      message: 'Cannot run with TensorFlow.js: its backend "cpu" returned 0, 0, 0, 0 instead of ' +
        "0, 1, 7, 10 for a small convolution; use another backend",
    };
    await assert.rejects(checkBackend, refusal);
    const text = inputText("x", [1, 2]) + layer("y", "ReLU", "x");
    const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
    await assert.rejects(TfNetwork.load(join(writeBundle(convert(file)))), refusal);
  } finally {
    tf.unregisterKernel(name, backend);
    tf.registerKernel(kernel);
  }
});
