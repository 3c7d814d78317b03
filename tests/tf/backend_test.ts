/**
 * The check of a TensorFlow.js backend by a small convolution.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { checkBackend } from "../../lib/tf/mod.ts";

tf.enableProdMode();

Deno.test("backends that compute correct results pass", async () => {
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    await checkBackend();
  }
});

Deno.test("a backend that returns zeros is refused", async () => {
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
    await assert.rejects(checkBackend, {
      message: 'Cannot run with TensorFlow.js: its backend "cpu" returned 0, 0, 0, 0 instead of ' +
        "0, 1, 7, 10 for a small convolution; use another backend",
    });
  } finally {
    tf.unregisterKernel(name, backend);
    tf.registerKernel(kernel);
  }
});
