/**
 * Losses outside training: the probabilities that replace them give the loss that Caffe recorded.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { Network } from "../../runtime/network.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { count } from "../../runtime/tensor.ts";
import { readNpz } from "../golden.ts";

const folder = new URL("../goldens/layers/", import.meta.url);

function convertCase(name: string) {
  const bytes = Deno.readFileSync(new URL(`${name}/net.prototxt`, folder));
  return convert({ bytes, name });
}

/** The output of the network, and the recording of Caffe. */
async function runCase(name: string) {
  const golden = await readNpz(new URL(`${name}/golden.npz`, folder));
  const bundle = new Blob([...writeBundle(convertCase(name))]);
  const network = await Network.load(bundle, { device: "cpu" });
  assert.deepEqual(network.inputs.map(({ name }) => name), ["x"], "labels are no inputs");
  const result = (await network.run({ x: golden.get("input:x")! }))[network.outputs[0]!]!;
  return { golden, result };
}

/** The label that a case leaves out, and whether its sum is divided by the batch alone. */
const softmaxCases = [
  { name: "loss_softmax", ignored: -1, byBatch: false },
  { name: "loss_softmax_spatial", ignored: -1, byBatch: true },
  { name: "loss_softmax_ignore", ignored: 3, byBatch: false },
];
for (const { name, ignored, byBatch } of softmaxCases) {
  Deno.test(`${name}: the probabilities give Caffe's loss`, async () => {
    const { golden, result: { data, shape } } = await runCase(name);
    const [batch, classes] = shape as [number, number];
    const inner = count(shape.slice(2));
    let sum = 0, positions = 0;
    golden.get("input:label")!.data.forEach((label, i) => {
      if (label === ignored) return;
      const n = Math.floor(i / inner);
      sum -= Math.log(data[(n * classes + label) * inner + i % inner]!);
      positions++;
    });
    const actual = sum / (byBatch ? batch : positions);
    const loss = golden.get("blob:loss")!.data[0]!;
    assert(Math.abs(actual - loss) < 1e-5 * loss, `${actual} is not ${loss}`);
  });
}

Deno.test("loss_softmax_anonymous_top: a loss without a top is known by its layer's name", () => {
  const { graph } = convertCase("loss_softmax_anonymous_top");
  assert.deepEqual(graph.outputs, ["loss"]);
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["softmax"]);
});

Deno.test("loss_sigmoid_ce: the probabilities give Caffe's loss", async () => {
  const { golden, result: { data, shape } } = await runCase("loss_sigmoid_ce");
  const targets = [...golden].find(([key]) => /^input:(?!x$)/.test(key))![1].data;
  const sum = data.reduce(
    (sum, p, i) => sum - (targets[i]! * Math.log(p) + (1 - targets[i]!) * Math.log(1 - p)),
    0,
  );
  const loss = golden.get("blob:loss")!.data[0]!;
  // Caffe divides by the batch.
  assert(Math.abs(sum / shape[0]! - loss) < 1e-5 * loss, `${sum / shape[0]!} is not ${loss}`);
});

Deno.test("metrics are left out, and their predictions are outputs", () => {
  const text = `input: "data" input_shape { dim: 2 dim: 3 } input: "label" input_shape { dim: 2 }
    layer { name: "score" type: "Power" bottom: "data" top: "score" power_param { power: 2 } }
    layer { name: "acc" type: "Accuracy" bottom: "score" bottom: "label" top: "acc" }
    layer { name: "loss" type: "EuclideanLoss" bottom: "score" bottom: "label" top: "loss" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  assert.deepEqual(graph.outputs, ["score"]);
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["data"]);
});

Deno.test("the bottom of HDF5Output is an output", () => {
  const text = `input: "data" input_shape { dim: 2 dim: 3 }
    layer { name: "score" type: "Power" bottom: "data" top: "score" power_param { power: 2 } }
    layer { name: "file" type: "HDF5Output" bottom: "score" bottom: "label"
      hdf5_output_param { file_name: "scores.h5" } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  assert.deepEqual(graph.outputs, ["score"]);
});

Deno.test("the bottoms of forks' file writers are outputs", () => {
  for (const type of ["MatWrite", "FLOWriter", "FloatWriter", "ImgWriter", "PFMWriter"]) {
    const param = type === "MatWrite" ? "mat_write_param" : "writer_param";
    const text = `input: "x" input_shape { dim: 2 dim: 3 }
      layer { name: "a" type: "ReLU" bottom: "x" top: "a" }
      layer { name: "b" type: "TanH" bottom: "x" top: "b" }
      layer { name: "file" type: "${type}" bottom: "b" bottom: "a" ${param} { prefix: "flow" } }`;
    const warn = (message: string) => assert.fail(message);
    const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" }, { warn });
    assert.deepEqual(graph.outputs, ["a", "b"]);
  }
});

Deno.test("a loss without labels is converted", () => {
  const text = `input: "data" input_shape { dim: 2 dim: 3 }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "data" bottom: "label" top: "loss" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  assert.deepEqual(graph.outputs, ["loss"]);
});

Deno.test("a loss may write its probabilities over its label", () => {
  const text = `input: "x" input_shape { dim: 2 dim: 3 } input: "label" input_shape { dim: 2 }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "x" bottom: "label" top: "l" top: "label" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["x"]);
  assert.deepEqual(graph.outputs, ["l", "label"]);
});
