/**
 * TensorFlow on the command line: the folders that are written for it, and the engine.
 */
import assert from "node:assert/strict";
import { Folder, pathOf } from "./command.ts";

const digits = [
  pathOf("examples/digits/deploy.prototxt"),
  ...["--caffemodel", pathOf("examples/digits/digits.caffemodel"), "--input-scale", "0.00390625"],
  ...["--labels", pathOf("examples/digits/labels.txt")],
];

Deno.test("convert writes a graph model for TensorFlow.js and a SavedModel", async () => {
  using folder = new Folder();
  const text = await folder.done(
    ...["convert", ...digits, "--tfjs-output-path", "deep/tfjs"],
    ...["--saved-model-output-path", "saved", "--tfjs-weights", "uint8"],
  );
  assert.match(text, /\nWrote deep\/tfjs \(2 files, .*\)\nWrote saved \(4 files, .*\)\n$/);
  const model = JSON.parse(folder.read("deep/tfjs/model.json"));
  assert.deepEqual(Object.keys(model.signature.inputs), ["data"]);
  assert.deepEqual(model.signature.outputs.prob.tensorShape.dim, [{ size: "-1" }, { size: "10" }]);
  const { labels, preprocessing } = model.userDefinedMetadata;
  assert.equal(labels.length, 10);
  assert.equal(preprocessing.scale, 0.00390625);
  const bytes = Deno.statSync(folder.at("deep/tfjs/group1-shard1of1.bin")).size;
  assert.ok(bytes < 47_000, `${bytes} bytes`);
  assert.ok(
    Deno.statSync(folder.at("saved/variables/variables.data-00000-of-00001")).size > 180_000,
  );
});

Deno.test("a graph model replaces the shards of the one before, and no other files", async () => {
  using folder = new Folder();
  const files = () => [...Deno.readDirSync(folder.at("tfjs"))].map(({ name }) => name).sort();
  Deno.mkdirSync(folder.at("tfjs"));
  const paths = ["group1-shard1of2.bin", "group1-shard2of2.bin", "mine.bin", "../group1.bin"];
  const write = (generatedBy: string) => {
    for (const name of ["group1-shard1of3.bin", ...paths]) folder.write(`tfjs/${name}`, "weights");
    folder.write(
      "tfjs/model.json",
      JSON.stringify({ generatedBy, weightsManifest: [{ paths }] }),
    );
  };
  write("2.21.0");
  const command = ["convert", ...digits, "--tfjs-output-path", "tfjs"];
  await folder.done(...command);
  const others = ["group1-shard1of1.bin", "group1-shard1of3.bin", "mine.bin", "model.json"];
  assert.deepEqual(files(), [...others, ...paths.slice(0, 2)].sort());
  write("kaffe");
  await folder.done(...command);
  assert.deepEqual(files(), others);
  assert.deepEqual(folder.files, ["group1.bin", "tfjs"]);
});

Deno.test("nodes that TensorFlow cannot express are listed, and nothing is written", async () => {
  using folder = new Folder();
  const pool = (name: string, top: string) => `
    layer { name: "${name}" type: "ROIPooling" bottom: "data" bottom: "boxes" top: "${top}"
      roi_pooling_param { pooled_w: 2 pooled_h: 2 } }`;
  folder.write(
    "net.prototxt",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
     input: "boxes" input_shape { dim: 1 dim: 5 } ${pool("one", "a")} ${pool("two", "b")}`,
  );
  const command = ["convert", "net.prototxt", "--tfjs-output-path", "out/tfjs"];
  const { code, stderr } = await folder.kaffe(...command);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /there are none for 2 nodes:\n {2}"one" \(roiPool\): .*\n {2}"two" \(roiPool\)/,
  );
  assert.deepEqual(folder.files, ["net.prototxt"]);
});

Deno.test("folders of failed exports are removed", async () => {
  using folder = new Folder();
  folder.write("file", "");
  const command = ["convert", ...digits, "--tfjs-output-path", "new/tfjs"];
  const { code } = await folder.kaffe(...command, "--saved-model-output-path", "file/saved");
  assert.equal(code, 1);
  assert.deepEqual(folder.files, ["file"]);
});

Deno.test("classify and run use TensorFlow.js as an engine, and verify compares with it", async () => {
  using folder = new Folder();
  await folder.done("convert", ...digits, "--data-output-path", "m.npz");
  const picture = pathOf("examples/digits/samples/4_open.png");
  const classify = ["classify", "m.npz", picture, "--json"];
  const [engine, backend] = [["--engine", "tfjs"], ["--backend", "cpu"]];
  const answer = async (...options: string[]) =>
    JSON.parse(await folder.done(...classify, ...options))[0].top[0];
  const [own, other] = [await answer("--device", "cpu"), await answer(...engine)];
  assert.equal(other.label, "4");
  assert.ok(Math.abs(own.probability - other.probability) < 1e-5);

  folder.writeArray("x.npy", { shape: [3, 1, 28, 28], data: new Float32Array(3 * 784).fill(0.5) });
  await folder.done(
    ...["run", "m.npz", "--input", "data=x.npy", "--output", "o.npz", ...engine, ...backend],
  );
  assert.deepEqual((await folder.arrays("o.npz")).get("prob")!.shape, [3, 10]);

  const against = ["verify", "m.npz", "--against", "tfjs", "--device", "cpu", ...backend];
  const text = await folder.done(...against);
  assert.match(text, /^8 of 8 compared, 0 failed; the largest difference is \d\.\de-[678]$/m);

  const wrong = await folder.kaffe(...classify, ...backend);
  assert.match(wrong.stderr, /--backend is for --engine tfjs/);
});
