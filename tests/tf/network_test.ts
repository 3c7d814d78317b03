/**
 * Trainable networks in TensorFlow.js: their outputs, their gradients, and the errors about them.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { largestDifference } from "../../cli/difference.ts";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { writeSource } from "../../lib/emit/source.ts";
import { apply, defineLayer } from "../../lib/layers/layer.ts";
import { TfCaffeNetwork, TfNetwork } from "../../lib/tf/mod.ts";
import { Network } from "../../runtime/network.ts";
import { defineOp } from "../../runtime/ops/op.ts";
import { join } from "../join.ts";
import {
  answers,
  batch,
  layer,
  loss,
  named,
  open,
  some,
  steady,
  tensorOf,
  values,
} from "./learner.ts";

tf.enableProdMode();

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

Deno.test("a value that is asked for twice is returned once", async () => {
  await tf.setBackend("cpu");
  const network = open();
  const data = tensorOf(batch);
  const once = network.forward({ data }, { outputs: ["conv"] });
  const ask = () => network.forward({ data }, { outputs: ["conv", "prob", "conv"] });
  const twice = ask();
  assert.deepEqual(Object.keys(twice), ["conv", "prob"]);
  assert.deepEqual(await twice.conv!.data(), await once.conv!.data());
  const before = tf.memory().numTensors;
  ask();
  assert.equal(tf.memory().numTensors - before, 2);
  network.dispose();
});

Deno.test("steps of training on the backend wasm equal those on the backend cpu", async () => {
  const steps = [];
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const network = open({ batchNorm: "updated" }, steady);
    const before = await values(network.variables);
    const data = tensorOf(batch);
    const value = await network.learn(tf.train.sgd(1), { data }, loss, { outputs: ["ip"] });
    const after = await values(network.variables);
    steps.push({
      loss: value,
      changes: [...before].map(([name, old]) => {
        return [name, old.map((value, i) => after.get(name)![i]! - value)] as const;
      }),
    });
    network.dispose();
  }
  const [cpu, wasm] = steps as [typeof steps[0], typeof steps[0]];
  assert.ok(Math.abs(cpu.loss - wasm.loss) < 1e-5);
  assert.equal(cpu.changes.length, 12);
  cpu.changes.forEach(([name, expected], i) => {
    const [, actual] = wasm.changes[i]!;
    // Biases before batch normalization have no effect, so their gradients are rounding errors.
    if (name === "conv/biases") return;
    assert.ok(expected.some((change) => Math.abs(change) > 1e-6), `${name} has not changed`);
    const difference = largestDifference(actual, expected);
    assert.ok(difference < 1e-3, `${name} is off by ${difference}`);
  });
});

Deno.test("gradients equal finite differences", async () => {
  await tf.setBackend("cpu");
  const network = open({ trainable: ["conv", "dilated", "up"], batchNorm: "updated" }, steady);
  const initial = await values(network.variables);
  const pass = () => {
    return network.forward({ data: tensorOf(batch) }, { outputs: ["ip"], training: true });
  };

  for (const [name, variable] of network.variables) {
    const old = initial.get(name)!;
    const lossAt = (offset: number) => {
      variable.assign(tf.tensor(old.with(1, old[1]! + offset), variable.shape));
      return tf.tidy(() => loss(pass()).dataSync()[0]!);
    };
    const slope = (lossAt(0.001) - lossAt(-0.001)) / 0.002;
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

Deno.test("a written class of an LSTM computes the same with TfNetwork as its base class", async () => {
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
  await assert.rejects(TfNetwork.load(bundle), {
    message: /^Cannot read the bundle: node "twice" \(twice\) cannot be built: .* has no such op\./,
  });
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

Deno.test("wrong inputs, unknown outputs and destroyed networks are refused", async () => {
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
    () => network.forward({ data }, { outputs: ["other"] }),
    /it has no value "other"; its outputs are prob$/,
  );
  assert.throws(() => network.forward(null as never), /its inputs are { data }, not null$/);
  assert.throws(
    () => network.forward({ data }, { outputs: "prob" as never }),
    /^TypeError: Cannot run network: outputs are names in a list, not prob$/,
  );
  const disposed = tensorOf(batch);
  disposed.dispose();
  assert.throws(() => network.forward({ data: disposed }), /input "data" was disposed$/);
  const strings = tf.fill([4, 2, 7, 9], "one" as never);
  assert.throws(
    () => network.forward({ data: strings }),
    /input "data" is of the type string, not numbers$/,
  );
  network.dispose();
  assert.throws(() => network.setTrainable("ip", true), /Cannot train network: it was destroyed$/);
  assert.throws(() => network.forward({ data }), /^Error: Cannot run network: it was destroyed$/);
  await assert.rejects(network.save(), /^Error: Cannot save network: it was destroyed$/);
});

Deno.test("tensors of integers give the same as floats", async () => {
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
