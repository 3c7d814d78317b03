/**
 * What a trainable Caffe network refuses, and warns of.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { TfCaffeNetwork } from "../../lib/tf/mod.ts";
import { inputText } from "../input_text.ts";
import { layer, named, open } from "./learner.ts";

Deno.test("files in the wrong role are refused, instead of weights drawn at random", async () => {
  await tf.setBackend("cpu");
  const caffemodel = { bytes: await open().saveCaffemodel(), name: "learner.caffemodel" };
  const message = /learner.caffemodel is the weights and learner.prototxt the network/;
  assert.throws(() => TfCaffeNetwork.fromCaffe(caffemodel, { caffemodel: named }), { message });
  assert.throws(() => TfCaffeNetwork.fromCaffe(named, { caffemodel: named }), {
    message: /^Cannot take the weights of learner.prototxt: it is a prototxt without weights/,
  });
});

Deno.test("unknown fields of a network to be trained are warned of", async () => {
  await tf.setBackend("cpu");
  const text = inputText("x", [1, 2]) + layer("y", "ReLU", "x", "relu_param { slope: 3 }");
  const warnings: string[] = [];
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const network = TfCaffeNetwork.fromCaffe(file, { warn: (message) => warnings.push(message) });
  assert.match(warnings.join(), /ReLUParameter has no field "slope" \(did you mean "negative_/);
  assert.throws(() => network.setTrainable("y", true), {
    message: 'Cannot train layer "y": it is none of those that learn (none)',
  });
});

Deno.test("unknown options are refused", async () => {
  await tf.setBackend("cpu");
  assert.throws(() => open({ trainabel: ["ip"] } as never), {
    message:
      /^Cannot convert the network: there is no option "trainabel" \(did you mean "trainable"\?\)/,
  });
});

Deno.test("trainable layers that are no list are refused", async () => {
  await tf.setBackend("cpu");
  assert.throws(() => open({ trainable: "ip" as never }), {
    message: 'Cannot train the network: trainable is "ip", but must be an array',
  });
});

Deno.test("layers whose lr_mult are 0 are trained only if they are named", async () => {
  await tf.setBackend("cpu");
  const ip = (name: string, bottom: string, rates: readonly number[]) =>
    layer(
      name,
      "InnerProduct",
      bottom,
      rates.map((rate) => `param { lr_mult: ${rate} } `).join("") +
        "inner_product_param { num_output: 2 }",
    );
  const text = inputText("x", [1, 2]) + ip("a", "x", []) + ip("b", "a", [0, 0]) +
    ip("c", "b", [0]) + ip("d", "c", [1, 2]);
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const trained = ({ variables }: TfCaffeNetwork) =>
    [...new Set([...variables.keys()].map((name) => name[0]))].join("");
  assert.equal(trained(TfCaffeNetwork.fromCaffe(file)), "acd");
  assert.equal(trained(TfCaffeNetwork.fromCaffe(file, { trainable: ["b"] })), "b");
  const none = TfCaffeNetwork.fromCaffe(file, { trainable: [] });
  const x = tf.tensor2d([[1, 2]]);
  await assert.rejects(none.learn(tf.train.sgd(1), { x }, ({ d }) => tf.sum(d!)), {
    message: "Cannot train the network: no layer is trainable",
  });
});
