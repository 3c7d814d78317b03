/**
 * Training in TensorFlow.js: the layers that change, and the files that are saved.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { readWeights } from "../../lib/caffe/learned_blobs.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { TfCaffeNetwork, TfNetwork } from "../../lib/tf/mod.ts";
import { upgrade } from "../../lib/upgrade/mod.ts";
import { Network } from "../../runtime/network.ts";
import { inputText } from "../input_text.ts";
import { join } from "../join.ts";
import {
  answers,
  batch,
  blobsOf,
  layer,
  loss,
  named,
  open,
  some,
  tensorOf,
  xavier,
} from "./learner.ts";

tf.enableProdMode();

Deno.test("only trainable layers change, and the loss decreases", async () => {
  await tf.setBackend("wasm");
  const network = open({ trainable: ["ip"] });
  assert.deepEqual([...network.variables.keys()], ["ip/weights", "ip/biases"]);
  network.setTrainable("conv", true);
  const before = await network.saveCaffemodel();
  const adam = tf.train.adam(0.02);
  const data = tensorOf(batch);
  // The loss without dropout, which is random.
  const lossNow = () =>
    tf.tidy(() => loss(network.forward({ data }, { outputs: ["ip"] })).dataSync()[0]!);
  const first = lossNow();
  for (let step = 0; step < 60; step++) {
    await network.learn(adam, { data }, loss, { outputs: ["ip"] });
  }
  const last = lossNow();
  assert.ok(last < 0.9 * first, `${first} became ${last}`);
  data.dispose();
  const [old, trained] = [before, await network.saveCaffemodel()].map(blobsOf);
  for (const [name, blobs] of trained!) {
    const isSame = JSON.stringify(blobs) === JSON.stringify(old!.get(name));
    assert.equal(isSame, name !== "ip" && name !== "conv", name);
  }
  assert.throws(() => network.setTrainable("relu", true), {
    message: /^Cannot train layer "relu"/,
  });
  network.dispose();
});

Deno.test("passes dispose all tensors but their results", async () => {
  await tf.setBackend("cpu");
  const network = open({ batchNorm: "updated" });
  const data = tensorOf(batch);
  const pass = () => network.forward({ data }, { training: true });
  tf.dispose(pass());
  const sgd = tf.train.sgd(0.01);
  const before = tf.memory().numTensors;
  tf.dispose(pass());
  await network.learn(sgd, { data }, loss, { outputs: ["ip"] });
  const after = tf.memory().numTensors;
  await network.learn(sgd, { data }, loss, { outputs: ["ip"] });
  assert.equal(tf.memory().numTensors, after);
  // The first step keeps the graph for its outputs, and its constants.
  assert.ok(after - before < 20, `${after - before} tensors are left`);
  network.dispose();
});

Deno.test("a step whose loss fails disposes all tensors", async () => {
  await tf.setBackend("cpu");
  const network = open({ batchNorm: "updated" });
  const data = tensorOf(batch), sgd = tf.train.sgd(0.01);
  await network.learn(sgd, { data }, loss, { outputs: ["ip"] });
  const before = tf.memory().numTensors;
  const failing = () => {
    throw new RangeError("no labels");
  };
  const step = network.learn(sgd, { data }, failing, { outputs: ["ip"] });
  await assert.rejects(step, { name: "RangeError", message: "no labels" });
  assert.equal(tf.memory().numTensors, before);
  await network.learn(sgd, { data }, loss, { outputs: ["ip"] });
  assert.equal(tf.memory().numTensors, before);
  network.dispose();
});

Deno.test("injected blobs replace fillers, are trained, and are saved", async () => {
  await tf.setBackend("cpu");
  const product = layer(
    "ip",
    "InnerProduct",
    "x",
    `include { phase: TRAIN } inner_product_param { num_output: 1 bias_term: false ${xavier} }`,
  );
  const text = `input: "x" input_shape { dim: 1 dim: 2 } ${product}`;
  const weights = { shape: [1, 2], data: new Float32Array([3, 5]) };
  const network = TfCaffeNetwork.fromCaffe(
    { bytes: new TextEncoder().encode(text), name: "a.prototxt" },
    { phase: "TRAIN", inject: [{ layer: "ip", value: weights }] },
  );
  const x = tf.tensor2d([[1, 1]]);
  assert.deepEqual([...await network.forward({ x }).ip!.data()], [8]);
  await network.learn(tf.train.sgd(1), { x }, ({ ip }) => tf.sum(ip!));
  assert.deepEqual([...weights.data], [3, 5]);
  const saved = await Network.load(await network.save(), { device: "reference" });
  assert.deepEqual([...(await saved.run({ x: [1, 1] })).ip!.data], [6]);
  saved.destroy();
  network.dispose();
});

Deno.test("dropout acts in training only, and scales the kept elements", async () => {
  await tf.setBackend("cpu");
  const network = open();
  const pass = (training: boolean) => {
    const data = tensorOf(some([64, 2, 7, 9]));
    const { up } = network.forward({ data }, { outputs: ["up"], training });
    return up!.data<"float32">();
  };
  const [kept, again, dropped] = [await pass(false), await pass(false), await pass(true)];
  assert.deepEqual(again, kept);
  const zeros = dropped.filter((value) => value === 0).length / dropped.length;
  assert.ok(Math.abs(zeros - 0.25) < 0.05, `${zeros} are dropped`);
  dropped.forEach((value, i) => {
    assert.ok(value === 0 || Math.abs(value - kept[i]! / 0.75) < 1e-4 * Math.abs(value) + 1e-6);
  });
  network.dispose();
});

Deno.test("statistics stay frozen, or are accumulated as in Caffe", async () => {
  await tf.setBackend("cpu");
  for (const batchNorm of ["frozen", "updated"] as const) {
    const network = open({ batchNorm, trainable: ["ip"] });
    const data = tensorOf(batch);
    const conv = network.forward({ data }, { outputs: ["conv"] }).conv!;
    const moments = tf.moments(conv, [0, 2, 3]);
    const [mean, variance] = [moments.mean.dataSync(), moments.variance.dataSync()];
    for (let step = 0; step < 2; step++) {
      await network.learn(tf.train.sgd(0.01), { data }, loss, { outputs: ["ip"] });
    }
    const [means, variances, factor] = blobsOf(await network.saveCaffemodel()).get("bn")!;
    if (batchNorm === "frozen") {
      assert.deepEqual([...means!, ...variances!, ...factor!], new Array(9).fill(0));
      continue;
    }
    // The sum of two batches, the first one multiplied by the fraction of 0.5.
    assert.ok(Math.abs(factor![0]! - 1.5) < 1e-6);
    const size = conv.size / 4;
    means!.forEach((sum, c) => assert.ok(Math.abs(sum - 1.5 * mean[c]!) < 1e-4));
    variances!.forEach((sum, c) => {
      assert.ok(Math.abs(sum - 1.5 * variance[c]! * size / (size - 1)) < 1e-4);
    });
    const { bn } = network.forward({ data }, { outputs: ["bn"] });
    const own = tf.moments(bn!, [0, 2, 3]);
    for (const value of own.mean.dataSync()) assert.ok(Math.abs(value) < 1e-3);
    network.dispose();
  }
});

Deno.test("a batch of one number a channel has the variance 0, as in Caffe", async () => {
  await tf.setBackend("cpu");
  const text = 'input: "x" input_shape { dim: 1 dim: 2 }' +
    layer("ip", "InnerProduct", "x", `inner_product_param { num_output: 2 ${xavier} }`) +
    layer("bn", "BatchNorm", "ip");
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const network = TfCaffeNetwork.fromCaffe(file, { batchNorm: "updated" });
  const x = tensorOf({ shape: [1, 2], data: Float32Array.of(1, 2) });
  await network.learn(tf.train.sgd(0.1), { x }, ({ bn }) => tf.sum(bn!), { outputs: ["bn"] });
  const [, variance] = readWeights(await network.saveCaffemodel()).get("bn")!;
  assert.deepEqual(variance!.data, new Float32Array(2));
  network.dispose();
});

Deno.test("trained weights are saved as a caffemodel that is converted to the same bundle", async () => {
  await tf.setBackend("wasm");
  const network = open({ batchNorm: "updated" });
  const data = tensorOf(batch);
  const adam = tf.train.adam(0.01);
  for (let step = 0; step < 3; step++) {
    await network.learn(adam, { data }, loss, { outputs: ["ip"] });
  }
  const bytes = await network.saveCaffemodel();
  const caffemodel = { bytes, name: "learned.caffemodel" };
  const bundle = await network.save();
  const again = join(writeBundle(convert(named, { caffemodel })));
  assert.deepEqual(again, bundle);
  // The caffemodel is complete: it is converted without the prototxt as well.
  const alone = join(writeBundle(convert(caffemodel)));
  assert.deepEqual((await answers(alone)).data, (await answers(bundle)).data);
  // Its layers have types, bottoms, tops and blobs with Caffe's names and shapes.
  const { layers } = readNet(bytes);
  const ip = layers.find(({ name }) => name === "ip")!;
  assert.deepEqual([ip.type, ip.bottoms, ip.tops], ["InnerProduct", ["up"], ["ip"]]);
  assert.deepEqual(
    ip.blobs.map(({ shape }) => shape),
    [[27, 5], [5]].with(0, ip.blobs[0]!.shape as number[]),
  );
  // A trainable network with these weights computes the same.
  const { prob } = TfCaffeNetwork.fromCaffe(named, { caffemodel }).forward({ data });
  const { prob: before } = network.forward({ data });
  assert.deepEqual(await prob!.data(), await before!.data());
  network.dispose();
});

Deno.test("a network described in setup() is trainable", async () => {
  class Tiny extends TfNetwork {
    protected override setup(): void {
      this.input("data", [4, 2, 7, 9]).conv2d("conv", {
        output: 4,
        kernel: [3, 3],
        stride: [2, 2],
        pad: [1, 1],
      }).relu("relu").dense("ip2", { output: 5 }, { weights: "w", biases: "b" });
      this.output("ip2");
    }
  }
  await tf.setBackend("wasm");
  const source = convert(named, {
    caffemodel: { bytes: await open().saveCaffemodel(), name: "x.caffemodel" },
    transforms: [],
  });
  const constants = new Map(
    [...source.graph.constants].map(([value, data]) =>
      [value.name, { shape: value.shape, data }] as const
    ),
  );
  constants.set("w", some([5, 80]));
  constants.set("b", some([5]));
  const tiny = new Tiny({ ...source, constants }, { trainable: ["conv"] });
  assert.deepEqual([...tiny.variables.keys()], ["conv/weights", "conv/biases"]);
  const data = tensorOf(batch);
  const first = await tiny.learn(tf.train.adam(0.02), { data }, ({ ip2 }) => loss({ ip: ip2! }));
  const second = await tiny.learn(tf.train.adam(0.02), { data }, ({ ip2 }) => loss({ ip: ip2! }));
  assert.ok(second < first, `${first} became ${second}`);
  tiny.dispose();
});

Deno.test("an unknown treatment of batch normalization is refused", async () => {
  await tf.setBackend("cpu");
  assert.throws(
    () => open({ batchNorm: "update" as never }),
    /^TypeError: Cannot train the network: batchNorm is "update", but must be one of "frozen", "u/,
  );
});

Deno.test("a caffemodel keeps the settings of forks' layers, if its network was binary", async () => {
  await tf.setBackend("cpu");
  const text = inputText("data", [1, 2, 3, 4]) +
    `layer { name: "turn" type: "Permute" bottom: "data" top: "turn"
       permute_param { order: 0 order: 2 order: 3 order: 1 } }
     layer { name: "ip" type: "InnerProduct" bottom: "turn" top: "ip"
       inner_product_param { num_output: 2 } }`;
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const bytes = join(upgrade(file, { format: "binary" }));
  const network = TfCaffeNetwork.fromCaffe({ bytes, name: "net.caffemodel" });
  const saved = { bytes: await network.saveCaffemodel(), name: "learned.caffemodel" };
  network.dispose();
  assert.deepEqual(convert(saved).graph.names.get("turn")!.shape, [1, 3, 4, 2]);
});
