/**
 * Networks that learn in TensorFlow.js: what they compute, how they learn, and what they save.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { largestDifference } from "../../cli/difference.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { writeSource } from "../../lib/emit/source.ts";
import { apply, defineLayer } from "../../lib/layers/layer.ts";
import { TfCaffeNetwork, type TfCaffeOptions, TfNetwork } from "../../lib/tf/mod.ts";
import { Network } from "../../runtime/network.ts";
import { defineOp } from "../../runtime/ops/op.ts";
import { count, type Shape, type Tensor } from "../../runtime/tensor.ts";
import { seededRandom } from "../../examples/digits/random.ts";
import { join } from "../join.ts";

tf.enableProdMode();

const layer = (name: string, type: string, bottom: string, settings = "", top = name) =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${top}" ${settings} }`;

const xavier = 'weight_filler { type: "xavier" }';

/** A network with most of what is trained. */
const prototxt = [
  'name: "learner" input: "data" input_shape { dim: 4 dim: 2 dim: 7 dim: 9 }',
  layer(
    "conv",
    "Convolution",
    "data",
    `convolution_param { num_output: 4 kernel_size: 3 pad: 1
    stride: 2 ${xavier} }`,
  ),
  layer("bn", "BatchNorm", "conv", "batch_norm_param { moving_average_fraction: 0.5 }"),
  layer("scale", "Scale", "bn", "scale_param { bias_term: true }"),
  layer("relu", "ReLU", "scale", "", "scale"),
  layer(
    "dilated",
    "Convolution",
    "scale",
    `convolution_param { num_output: 4 kernel_size: 2
    dilation: 2 group: 2 pad: 1 ${xavier} }`,
  ),
  layer(
    "depthwise",
    "Convolution",
    "dilated",
    `convolution_param { num_output: 4 kernel_size: 3
    group: 4 pad: 1 ${xavier} }`,
  ),
  layer("norm", "LRN", "depthwise", "lrn_param { local_size: 3 }"),
  layer("pool", "Pooling", "norm", "pooling_param { kernel_size: 2 stride: 1 }"),
  layer("mean", "Pooling", "pool", "pooling_param { pool: AVE kernel_size: 2 stride: 2 pad: 1 }"),
  layer(
    "up",
    "Deconvolution",
    "mean",
    `convolution_param { num_output: 3 kernel_size: 3 stride: 2
    pad: 1 ${xavier} }`,
  ),
  layer("drop", "Dropout", "up", "dropout_param { dropout_ratio: 0.25 }", "up"),
  layer(
    "ip",
    "InnerProduct",
    "up",
    `inner_product_param { num_output: 5 transpose: true
    ${xavier} }`,
  ),
  layer("prob", "Softmax", "ip"),
].join("\n");

const named = { bytes: new TextEncoder().encode(prototxt), name: "learner.prototxt" };

/** The same without chance: nothing is left out in training. */
const steady = {
  bytes: new TextEncoder().encode(prototxt.replace(/^.*type: "Dropout".*$/m, "")),
  name: "steady.prototxt",
};

function open(options: TfCaffeOptions = {}, network = named): TfCaffeNetwork {
  return TfCaffeNetwork.fromCaffe(network, { random: seededRandom(7), ...options });
}

function some(shape: Shape): Tensor {
  return { shape, data: Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(3 * i)) };
}

const batch = some([4, 2, 7, 9]);

function tensorOf({ shape, data }: Tensor): tf.Tensor {
  return tf.tensor(data, [...shape]);
}

function loss({ ip }: Record<string, tf.Tensor>): tf.Scalar {
  const wanted = tf.oneHot([0, 1, 2, 3], 5);
  return tf.losses.softmaxCrossEntropy(wanted, ip!);
}

async function values(tensors: ReadonlyMap<string, tf.Tensor>): Promise<Map<string, Float32Array>> {
  return new Map(
    await Promise.all(
      [...tensors].map(async ([name, tensor]) =>
        [name, (await tensor.data<"float32">()).slice()] as const
      ),
    ),
  );
}

/** What a bundle gives on the CPU. */
async function answers(bundle: Uint8Array, outputs?: readonly string[]): Promise<Tensor> {
  const network = await Network.load(bundle, { device: "cpu" });
  const results = await network.run({ data: batch }, outputs && { outputs });
  network.destroy();
  return Object.values(results)[0]!;
}

Deno.test("a trainable network computes the same as the runtime", async () => {
  await tf.setBackend("cpu");
  const network = open();
  const bundle = await network.save();
  for (const outputs of [["prob"], ["conv", "norm", "up"]]) {
    for (const name of outputs) {
      const result = network.forward({ data: tensorOf(batch) }, { outputs: [name] })[name]!;
      const loaded = await Network.load(
        join(writeBundle(convert(named, {
          caffemodel: { bytes: await network.saveCaffemodel(), name: "x.caffemodel" },
          transforms: [],
        }))),
        { device: "cpu" },
      );
      const expected = (await loaded.run({ data: batch }, { outputs: [name] }))[name]!;
      assert.deepEqual(result.shape, expected.shape);
      assert.ok(largestDifference(await result.data() as Float32Array, expected.data) < 1e-5);
      loaded.destroy();
    }
  }
  const fromBundle = await TfNetwork.load(bundle);
  const { prob } = fromBundle.forward({ data: tensorOf(batch) });
  const expected = await answers(bundle);
  assert.ok(largestDifference(await prob!.data() as Float32Array, expected.data) < 1e-5);
  fromBundle.dispose();
  network.dispose();
});

Deno.test("the gradients of the backend wasm are those of the backend cpu", async () => {
  const steps = [];
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const without = open({ batchNorm: "updated" }, steady);
    const before = await values(without.variables);
    const data = tensorOf(batch);
    const first = await without.learn(tf.train.sgd(1), { data }, loss, { outputs: ["ip"] });
    const after = await values(without.variables);
    steps.push({
      first,
      moved: [...before].map(([name, old]) => {
        return [name, old.map((value, i) => after.get(name)![i]! - value)] as const;
      }),
    });
    without.dispose();
  }
  const [cpu, wasm] = steps as [typeof steps[0], typeof steps[0]];
  assert.ok(Math.abs(cpu.first - wasm.first) < 1e-5);
  assert.equal(cpu.moved.length, 12);
  cpu.moved.forEach(([name, expected], i) => {
    const [, actual] = wasm.moved[i]!;
    // What is added before a batch is normalised is taken away again.
    if (name === "conv/biases") return;
    assert.ok(expected.some((step) => Math.abs(step) > 1e-6), `${name} has not moved`);
    const difference = largestDifference(actual, expected);
    assert.ok(difference < 1e-3, `${name} is off by ${difference}`);
  });
});

Deno.test("gradients equal finite differences", async () => {
  await tf.setBackend("cpu");
  const network = open({ trainable: ["conv", "dilated", "up"], batchNorm: "updated" }, steady);
  const drawn = await values(network.variables);
  const pass = () => {
    return network.forward({ data: tensorOf(batch) }, { outputs: ["ip"], training: true });
  };
  const at = () => tf.tidy(() => loss(pass()).dataSync()[0]!);
  for (const [name, variable] of network.variables) {
    const old = drawn.get(name)!;
    const shifted = (by: number) => {
      variable.assign(tf.tensor(old.with(1, old[1]! + by), variable.shape));
      return at();
    };
    const slope = (shifted(0.001) - shifted(-0.001)) / 0.002;
    variable.assign(tf.tensor(old, variable.shape));
    const { grads } = tf.variableGrads(
      () => loss(pass()),
      [variable],
    );
    const gradient = Object.values(grads)[0]!.dataSync()[1]!;
    assert.ok(Math.abs(gradient - slope) < 1e-3 + 0.01 * Math.abs(slope), `${name}: ${gradient}`);
  }
  network.dispose();
});

Deno.test("only trainable layers change, and the loss decreases", async () => {
  await tf.setBackend("wasm");
  const network = open({ trainable: ["ip"] });
  assert.deepEqual([...network.variables.keys()], ["ip/weights", "ip/biases"]);
  network.setTrainable("conv", true);
  const before = await network.saveCaffemodel();
  const adam = tf.train.adam(0.02);
  const data = tensorOf(batch);
  // Without dropout, which is drawn anew in each step.
  const lossNow = () =>
    tf.tidy(() => loss(network.forward({ data }, { outputs: ["ip"] })).dataSync()[0]!);
  const first = lossNow();
  for (let step = 0; step < 60; step++) {
    await network.learn(adam, { data }, loss, { outputs: ["ip"] });
  }
  const last = lossNow();
  assert.ok(last < 0.9 * first, `${first} became ${last}`);
  data.dispose();
  const [old, now] = [before, await network.saveCaffemodel()].map(blobsOf);
  for (const [name, blobs] of now!) {
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
  // The first step prepares a graph for its outputs, and constants of that.
  assert.ok(after - before < 20, `${after - before} tensors are left`);
  network.dispose();
});

Deno.test("an LSTM starts each pass from zeros", async () => {
  await tf.setBackend("cpu");
  const text = `input: "x" input_shape { dim: 3 dim: 2 dim: 4 }
    input: "cont" input_shape { dim: 3 dim: 2 }
    layer { name: "lstm" type: "LSTM" bottom: "x" bottom: "cont" top: "h"
      recurrent_param { num_output: 3 weight_filler { type: "xavier" } } }`;
  const network = open({}, { bytes: new TextEncoder().encode(text), name: "lstm.prototxt" });
  const inputs = { x: tensorOf(some([3, 2, 4])), cont: tf.ones([3, 2]) };
  const [one, again] = [network.forward(inputs).h!, network.forward(inputs).h!];
  assert.deepEqual(one.shape, [3, 2, 3]);
  assert.deepEqual(await one.data(), await again.data());
  assert.ok((await one.data()).some((value) => value !== 0));
  network.dispose();
});

Deno.test("a written class of an LSTM extends TfNetwork", async () => {
  await tf.setBackend("cpu");
  const text = `input: "x" input_shape { dim: 3 dim: 2 dim: 4 }
    input: "cont" input_shape { dim: 3 dim: 2 }
    layer { name: "lstm" type: "LSTM" bottom: "x" bottom: "cont" top: "h"
      recurrent_param { num_output: 3 } }`;
  const shapes = [[12, 4], [12], [12, 3]];
  const inject = shapes.map((shape, index) => ({ layer: "lstm", index, value: some(shape) }));
  const model = convert({ bytes: new TextEncoder().encode(text), name: "lstm.prototxt" }, {
    inject,
  });
  const Written = await writtenClass(writeSource(model, { className: "Written" }));
  const bundle = join([...writeBundle(model)]);
  const inputs = { x: some([3, 2, 4]), cont: { shape: [3, 2], data: new Float32Array(6).fill(1) } };
  const tensors = { x: tensorOf(inputs.x), cont: tensorOf(inputs.cont) };
  const network = await Network.load(bundle, { device: "reference" });
  const { h: expected } = await network.run(inputs);
  for (const kind of [TfNetwork, Written]) {
    const written = await kind.load(bundle);
    assert.deepEqual(written.inputs, network.inputs);
    const { h } = written.forward(tensors);
    assert.ok(largestDifference(await h!.data<"float32">(), expected!.data) < 1e-5);
    written.dispose();
  }
  network.destroy();
});

Deno.test("a network with a custom op loads, and computes blobs before it", async () => {
  await tf.setBackend("cpu");
  const twice = defineOp({
    name: "twice",
    schema: {},
    shape: (_, [shape]) => shape!,
    reference: (_, [x], output) => output.data.set(x!.data.map((value) => 2 * value)),
    shaders: () => [],
  });
  const layers = [
    defineLayer({
      type: "Twice",
      lower: ({ graph, name, bottoms }) => [apply(graph, twice, name, bottoms, {})],
    }),
  ];
  const text = `input: "x" input_shape { dim: 1 dim: 2 } ${layer("relu", "ReLU", "x")}
    ${layer("twice", "Twice", "relu")}`;
  const model = convert({ bytes: new TextEncoder().encode(text), name: "a.prototxt" }, { layers });
  const bundle = join([...writeBundle(model)]);
  await assert.rejects(TfNetwork.load(bundle), /twice/);
  class WithOps extends TfNetwork {
    static override readonly ops = [twice];
  }
  for (const loading of [WithOps.load(bundle), TfNetwork.load(bundle, { ops: [twice] })]) {
    const network = await loading;
    const x = tf.tensor2d([[-1, 2]]);
    assert.deepEqual([...await network.forward({ x }, { outputs: ["relu"] }).relu!.data()], [0, 2]);
    assert.throws(() => network.forward({ x }), /"twice" \(twice\): it is a custom op/);
    network.dispose();
  }
});

Deno.test("missing inputs and unknown outputs are reported by name", async () => {
  await tf.setBackend("cpu");
  const network = open();
  const data = tensorOf(batch);
  assert.throws(
    () => network.forward({ data, dta: data }),
    /^TypeError: Cannot run network: it has no input "dta"; its inputs are data$/,
  );
  assert.throws(
    () => network.forward({ data: batch.data as never }),
    /input "data" is no tensor: make one with tf\.tensor\(numbers, \[4, 2, 7, 9\]\)$/,
  );
  assert.throws(() => network.forward({}), /input "data" \[4, 2, 7, 9\] is missing/);
  assert.throws(
    () => network.forward({ data }, { outputs: ["prb"] }),
    /it has no value "prb" \(did you mean "prob"\?\)$/,
  );
  assert.throws(
    () => network.forward({ data }, { outputs: ["nothing"] }),
    /it has no value "nothing"; its outputs are prob$/,
  );
  assert.throws(() => network.forward(null as never), /its inputs are { data }, not null$/);
  assert.throws(
    () => network.forward({ data }, { outputs: "prob" as never }),
    /^TypeError: Cannot run network: outputs are names in a list, not prob$/,
  );
  const gone = tensorOf(batch);
  gone.dispose();
  assert.throws(() => network.forward({ data: gone }), /input "data" was disposed$/);
  const words = tf.fill([4, 2, 7, 9], "one" as never);
  assert.throws(
    () => network.forward({ data: words }),
    /input "data" is of the type string, not numbers$/,
  );
  network.dispose();
  assert.throws(() => network.setTrainable("ip", true), /Cannot train network: it was destroyed$/);
  assert.throws(() => network.forward({ data }), /^Error: Cannot run network: it was destroyed$/);
  await assert.rejects(network.save(), /^Error: Cannot save network: it was destroyed$/);
});

Deno.test("injected blobs replace fillers, are trained, and are saved", async () => {
  await tf.setBackend("cpu");
  const text = `input: "x" input_shape { dim: 1 dim: 2 } ${
    layer(
      "ip",
      "InnerProduct",
      "x",
      `include { phase: TRAIN } inner_product_param { num_output: 1 bias_term: false ${xavier} }`,
    )
  }`;
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

/** The class that a written module exports, with `TfNetwork` in place of `Network`. */
async function writtenClass(source: string): Promise<typeof TfNetwork> {
  const own = new URL("../../lib/tf/mod.ts", import.meta.url).href;
  const text = source
    .replace(/import \{ Network \} from .*;/, `import { TfNetwork as Network } from "${own}";`);
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, text);
    return (await import(`file://${file}`)).Written;
  } finally {
    await Deno.remove(file);
  }
}

function blobsOf(bytes: Uint8Array): Map<string, number[][]> {
  const { layers } = readNet(bytes);
  return new Map(
    layers.filter(({ blobs }) => blobs.length > 0)
      .map(({ name, blobs }) => [name, blobs.map(({ data }) => [...data])]),
  );
}

Deno.test("dropout acts in training only, and scales the kept elements", async () => {
  await tf.setBackend("cpu");
  const network = open();
  const pass = (training: boolean) => {
    const data = tensorOf(some([64, 2, 7, 9]));
    const { up } = network.forward({ data }, { outputs: ["up"], training });
    return up!.data<"float32">();
  };
  const [still, again, dropped] = [await pass(false), await pass(false), await pass(true)];
  assert.deepEqual(again, still);
  const zeros = dropped.filter((value) => value === 0).length / dropped.length;
  assert.ok(Math.abs(zeros - 0.25) < 0.05, `${zeros} are left out`);
  dropped.forEach((value, i) => {
    assert.ok(value === 0 || Math.abs(value - still[i]! / 0.75) < 1e-4 * Math.abs(value) + 1e-6);
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
    // Two batches, the first of which has faded by half.
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

Deno.test("trained weights are saved as a caffemodel, and convert to the same bits", async () => {
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
  // The caffemodel is complete: it converts without the prototxt as well.
  const alone = join(writeBundle(convert(caffemodel)));
  assert.deepEqual((await answers(alone)).data, (await answers(bundle)).data);
  // Its layers carry their types, bottoms, tops and blobs as Caffe names and shapes them.
  const { layers } = readNet(bytes);
  const ip = layers.find(({ name }) => name === "ip")!;
  assert.deepEqual([ip.type, ip.bottoms, ip.tops], ["InnerProduct", ["up"], ["ip"]]);
  assert.deepEqual(
    ip.blobs.map(({ shape }) => shape),
    [[27, 5], [5]].with(0, ip.blobs[0]!.shape as number[]),
  );
  // Read again to learn on, it answers as before.
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

Deno.test("tensors of integers are read as the numbers that they hold", async () => {
  await tf.setBackend("cpu");
  for (const layer of ['type: "BNLL"', 'type: "LRN"', 'type: "Sigmoid"']) {
    const text = `input: "data" input_shape { dim: 1 dim: 1 dim: 2 dim: 2 }
      layer { name: "y" bottom: "data" top: "y" ${layer} }`;
    const network = TfCaffeNetwork.fromCaffe({
      bytes: new TextEncoder().encode(text),
      name: "integers.prototxt",
    });
    const [exact, integers] = (["float32", "int32"] as const).map((type) => {
      const { y } = network.forward({ data: tf.tensor([-3, 2, 5, 7], [1, 1, 2, 2], type) });
      return y!.arraySync();
    });
    assert.deepEqual(integers, exact, layer);
    network.dispose();
  }
});

Deno.test("an unknown treatment of batch normalization is refused", async () => {
  await tf.setBackend("cpu");
  assert.throws(
    () => open({ batchNorm: "update" as never }),
    /^TypeError: Cannot train the network: batchNorm is "update", but must be one of "frozen", "u/,
  );
});
