/**
 * Models that the page's worker saves, without a page.
 */
import assert from "node:assert/strict";
import { writeNpy } from "../../lib/emit/npy.ts";
import { convert, writeBundle } from "../../mod.ts";
import { readZip } from "../../runtime/bundle/zip.ts";
import { Session } from "../../web/session.ts";

/** The bundle of a network with weights from fillers. */
function bundleOf(prototxt: string): File {
  const network = { bytes: new TextEncoder().encode(prototxt), name: "deploy.prototxt" };
  const chunks = [...writeBundle(convert(network))];
  return new File(chunks, "model.npz");
}

/** The bundle of a network whose output is its input. */
function copying(dims: string): File {
  return bundleOf(`input: "data" input_shape { ${dims} }
    layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
      pooling_param { kernel_size: 1 } }`);
}

Deno.test("a model for TensorFlow.js is one zip, for any number of files", async () => {
  const session = new Session();
  await session.open({
    bundle: bundleOf(`name: "large" input: "data" input_shape { dim: 1 dim: 1000 }
      layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param {
        num_output: 3000 bias_term: false weight_filler { value: 0.5 } } }`),
  });
  const { name, blob } = await session.save("tfjs");
  assert.equal(name, "large-tfjs.zip");
  const zip = readZip(await blob.bytes());
  const shards = [1, 2, 3].map((i) => `group1-shard${i}of3.bin`);
  assert.deepEqual(zip.names, [...shards, "model.json"]);
  const read = async (name: string) => await zip.get(name)!.read();
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(await read("model.json")));
  assert.deepEqual(weightsManifest[0].paths, shards);
  const bytes = await new Blob(await Promise.all(shards.map(read))).arrayBuffer();
  assert.ok(new Float32Array(bytes.slice(0, 12e6)).every((weight) => weight === 0.5));
});

Deno.test("a SavedModel is one zip of its files", async () => {
  const session = new Session();
  await session.open({
    bundle: bundleOf(`input: "data" input_shape { dim: 1 dim: 2 }
      layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
        inner_product_param { num_output: 3 weight_filler { value: 0.5 } } }`),
  });
  const { name, blob } = await session.save("saved_model");
  assert.equal(name, "deploy-saved_model.zip");
  assert.deepEqual(readZip(await blob.bytes()).names, [
    "assets.extra/kaffe.json",
    "variables/variables.data-00000-of-00001",
    "variables/variables.index",
    "saved_model.pb",
  ]);
});

Deno.test("a change of one setting keeps the others", async () => {
  const session = new Session();
  const { settings } = await session.open({
    bundle: bundleOf(`input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
      layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
        pooling_param { pool: AVE kernel_size: 4 } }`),
  });
  session.prepare({ resize: { short: 16 } });
  const changed = session.prepare({ crop: [8, 8] });
  assert.deepEqual(changed, { ...settings, resize: { short: 16 }, crop: [8, 8] });
});

Deno.test("files that are added add up, and keep the settings", async () => {
  const session = new Session();
  const { settings } = await session.open({
    bundle: copying("dim: 1 dim: 1 dim: 1 dim: 1"),
  });
  session.prepare({ scale: 0.5, mean: [3], hasMeanImage: false });
  await session.add({ labels: new File(["one"], "labels.txt") });
  const opened = await session.add({ labels: new File(["eins\nzwei"], "labels.txt") });
  assert.deepEqual(opened.settings, { ...settings, scale: 0.5, mean: [3] });
  assert.equal(opened.labels, 2);
  await session.run("noise", "cpu");
  await session.add({ labels: new File(["one"], "labels.txt") });
  assert.equal(await session.time(), undefined, "there is no run of the new model yet");
  assert.equal(await session.show("pool"), undefined);
});

Deno.test("a mean that is added to a bundle is subtracted, or refused", async () => {
  const session = new Session();
  const { settings } = await session.open({
    bundle: copying("dim: 1 dim: 1 dim: 2 dim: 2"),
  });
  const meanOf = (...shape: number[]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(7);
    return new File([writeNpy({ shape, data })], "mean.npy");
  };
  const opened = await session.add({ mean: meanOf(1, 2, 2) });
  assert.deepEqual(opened.settings, { ...settings, hasMeanImage: true });
  await assert.rejects(session.add({ mean: meanOf(1, 1, 2) }), /mean image \[1, 1, 2\] does not/);
  assert.deepEqual(session.prepare({}), opened.settings);
  assert.deepEqual((await session.add({ mean: meanOf(2, 4) })).settings, {
    ...{ ...settings, hasMeanImage: true },
    ...{ resize: { exact: [2, 4] }, crop: [2, 2] },
  }, "pictures are resized to a larger mean, and cropped");
  assert.deepEqual((await session.add({ mean: meanOf(1) })).settings, { ...settings, mean: [7] });
});

Deno.test("the values of recurrent layers are those of the run that is shown", async () => {
  const session = new Session();
  const [network, caffemodel] = ["net.prototxt", "net.caffemodel"].map((name) => {
    const file = new URL(`../goldens/layers/rnn_basic/${name}`, import.meta.url);
    return { bytes: Deno.readFileSync(file), name };
  });
  const chunks = [...writeBundle(convert(network!, { caffemodel }))];
  await session.open({ bundle: new File(chunks, "model.npz") });
  const runs = [];
  for (let i = 0; i < 2; i++) {
    await session.run("noise", "cpu");
    runs.push(await session.show("o"));
  }
  assert.deepEqual(await session.show("o"), runs[0]);
  assert.deepEqual(runs[1], runs[0]);
});

Deno.test("a network that does not take a picture has no settings to change", async () => {
  const session = new Session();
  const { settings } = await session.open({
    bundle: bundleOf(
      `input: "a" input_shape { dim: 1 dim: 2 } input: "b" input_shape { dim: 1 dim: 2 }
      layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" }`,
    ),
  });
  assert.equal(settings, null);
  assert.throws(
    () => session.prepare({ scale: 2 }),
    /Cannot change it: the input is not a picture/,
  );
});
