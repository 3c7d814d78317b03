import assert from "node:assert/strict";
import { convert, writeBundle, writeCaffemodel } from "../../mod.ts";
import { join } from "../join.ts";
import { doubling, Folder, pathOf } from "./command.ts";

const digits = pathOf("examples/digits/deploy.prototxt");
const weights = pathOf("examples/digits/digits.caffemodel");

Deno.test("convert writes a bundle and a class that runs it", async () => {
  using folder = new Folder();
  const text = await folder.done(
    ...["convert", digits, "--caffemodel", weights, "--input-scale", "0.00390625"],
    ...["--data-output-path", "model.npz", "--code-output-path", "model.ts"],
  );
  assert.match(text, /^conv1 {2}Convolution {3}\[1, 12, 24, 24\] +312 +173 k +27\.6 kB$/m);
  assert.match(text, /^ +8 layers +45\.5 k +671 k +46\.2 kB$/m);
  assert.match(text, /\nWrote model\.npz \(\d+\.\d kB\)\nWrote model\.ts \(\d+ B\)\n$/);
  assert.deepEqual(folder.files, ["model.npz", "model.ts"]);

  const script = `
    import { Digits } from ${JSON.stringify(`file://${folder.at("model.ts")}`)};
    const network = await Digits.load(await Deno.readFile("model.npz"), { device: "cpu" });
    const { prob } = await network.run({ data: new Float32Array(784) });
    console.log(JSON.stringify([prob.shape, network.preprocessing.scale]));`;
  const { stdout, stderr } = await folder.deno("eval", script);
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), [[1, 10], 0.00390625]);
});

Deno.test("the same network gives the same bytes, in any folder", async () => {
  using folder = new Folder();
  folder.write("deploy.prototxt", doubling);
  await folder.done("convert", "deploy.prototxt", "--data-output-path", "a.npz");
  await folder.done("convert", folder.at("deploy.prototxt"), "--data-output-path", "b.npz");
  assert.deepEqual(Deno.readFileSync(folder.at("a.npz")), Deno.readFileSync(folder.at("b.npz")));
});

Deno.test("a large caffemodel, which is read in parts, gives the same bytes", async () => {
  using folder = new Folder();
  const data = Float32Array.from({ length: 4100 * 1024 }, (_, i) => Math.sin(i * i));
  const layer = { name: "fc", type: "InnerProduct", bottoms: ["data"], tops: ["fc"] };
  const [prototxt, caffemodel] = [
    new TextEncoder().encode(
      `input: "data" input_shape { dim: 1 dim: 1024 }
       layer { name: "fc" type: "InnerProduct" bottom: "data" top: "fc"
         inner_product_param { num_output: 4100 bias_term: false } }`,
    ),
    writeCaffemodel({ name: "", layers: [{ ...layer, blobs: [{ shape: [4100, 1024], data }] }] }),
  ];
  folder.write("net.prototxt", prototxt);
  folder.write("net.caffemodel", caffemodel);
  const files = ["net.prototxt", "--caffemodel", "net.caffemodel"];
  await folder.done("convert", ...files, "--data-output-path", "m.npz");
  const model = convert(
    { bytes: prototxt, name: "net.prototxt" },
    { caffemodel: { bytes: caffemodel, name: "net.caffemodel" } },
  );
  assert.deepEqual(new Uint8Array(Deno.readFileSync(folder.at("m.npz"))), join(writeBundle(model)));
});

Deno.test("without an output path, nothing is written and the output options are named", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling);
  const text = await folder.done("convert", "net.prototxt");
  assert.match(text, /-o model\.npz .*--code-output-path /);
  assert.deepEqual(folder.files, ["net.prototxt"]);
});

Deno.test("the bundle has the preprocessing and the labels", async () => {
  using folder = new Folder();
  folder.write("labels.txt", "cat\r\n\ndog\n\n");
  folder.write(
    "net.prototxt",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 5 }
    layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`,
  );
  await folder.done(
    ...["convert", "net.prototxt", "--data-output-path", "m.npz", "--labels", "labels.txt"],
    ...["--mean-values", "-1,2,3.5", "--channel-order", "RGB", "--resize", "8x6", "--crop", "5x4"],
  );
  const [{ preprocessing, labels }] = JSON.parse(await folder.done("inspect", "--json", "m.npz"));
  assert.equal(labels, 3);
  assert.deepEqual(preprocessing, {
    channelOrder: "rgb",
    resize: { exact: [6, 8] },
    crop: [4, 5],
    mean: [-1, 2, 3.5],
    scale: 1,
    meanImage: null,
  });
});

Deno.test("--no-optimize keeps layers that would be folded", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling);
  const nodesOf = async (...options: string[]) => {
    await folder.done("convert", "net.prototxt", "--data-output-path", "m.npz", ...options);
    const [{ nodes }] = JSON.parse(await folder.done("inspect", "--json", "m.npz"));
    return nodes.map(({ name }: { readonly name: string }) => name);
  };
  assert.deepEqual(await nodesOf(), ["data", "more/one", "relu"]);
  assert.deepEqual(await nodesOf("--no-optimize"), ["data", "twice", "more/one", "relu"]);
});

Deno.test("phase, stage and level select layers; --input-shape sets the shape of an input", async () => {
  using folder = new Folder();
  const relu = (name: string, rule: string) =>
    `layer { name: "${name}" type: "ReLU" bottom: "data" top: "${name}" include { ${rule} } }`;
  folder.write(
    "net.prototxt",
    'input: "data" input_shape { dim: 1 dim: 2 }' + relu("train", "phase: TRAIN") +
      relu("test", "phase: TEST") + relu("staged", 'stage: "S"') + relu("deep", "min_level: 2"),
  );
  const layers = async (...options: string[]) => {
    const text = await folder.done("convert", "net.prototxt", ...options);
    return ["train", "test", "staged", "deep"].filter((name) => text.includes(`\n${name} `));
  };
  assert.deepEqual(await layers(), ["test"]);
  assert.deepEqual(await layers("-p", "Train", "--stage", "S"), ["train", "staged"]);
  assert.deepEqual(await layers("--level", "2"), ["test", "deep"]);
  const text = await folder.done("convert", "net.prototxt", "--input-shape", "data=7,8");
  assert.match(text, /\[7, 8\]/);
});

Deno.test("warnings are printed on standard error", async () => {
  using folder = new Folder();
  folder.write(
    "net.prototxt",
    `${doubling} layer { name: "x" type: "ReLU" bottom: "relu" top: "x"
    relu_param { negative_slop: 0.1 } }`,
  );
  const { code, stdout, stderr } = await folder.kaffe("convert", "net.prototxt");
  assert.equal(code, 0);
  assert.match(stderr, /^Warning: .*negative_slop.*did you mean "negative_slope"/);
  assert.doesNotMatch(stdout, /Warning/);
});

Deno.test("a failed conversion leaves existing files unchanged", async () => {
  using folder = new Folder();
  folder.write("model.npz", "old");
  const outputs = ["--data-output-path", "model.npz", "--code-output-path", "model.ts"];
  const { code, stderr } = await folder.kaffe("convert", digits, ...outputs);
  assert.equal(code, 1);
  assert.equal(
    stderr,
    'Cannot write the bundle: layer "conv1" and 3 others have no weights; give the caffemodel\n',
  );
  assert.deepEqual(folder.files, ["model.npz"]);
  assert.equal(folder.read("model.npz"), "old");
});

Deno.test("the error about a missing folder has the path", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling);
  const ended = await folder.kaffe("convert", "net.prototxt", "--code-output-path", "no/model.ts");
  assert.equal(ended.code, 1);
  assert.equal(ended.stderr, "Cannot write no/model.ts: there is no such folder\n");
});

Deno.test("names from a model file are escaped for the terminal and the file system", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling.replaceAll("more/one", "../../\\x1b[31mred"));
  const text = await folder.done(
    ...["convert", "net.prototxt", "--data-output-path", "m.npz", "--code-output-path", "m.ts"],
  );
  assert.ok(text.includes("../../\\u001b[31mred"));
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text + folder.read("m.ts"), /\x1b/);
  assert.deepEqual(folder.files, ["m.npz", "m.ts", "net.prototxt"]);
});

Deno.test("rounding errors of weights are printed", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling);
  folder.writeArray("x.npy", { shape: [1, 3], data: Float32Array.of(1, 2, 3) });
  const text = await folder.done(
    ...["convert", "net.prototxt", "--data-output-path", "m.npz", "--weights", "int8"],
    ...["--input", "data=x.npy"],
  );
  assert.match(text, /\nErrors by int8:\n\nconstant +weights +error +blob +error\n/);
  assert.match(text, /\n\(output\) +relu +\d\.\de[+-]\d+\n$/);
});

Deno.test("an input of a wrong shape is refused before anything is written", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling);
  folder.writeArray("x.npy", { shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) });
  const { code, stdout, stderr } = await folder.kaffe(
    ...["convert", "net.prototxt", "-o", "m.npz", "--weights", "int8", "--input", "data=x.npy"],
  );
  assert.match(stderr, /^Cannot feed "data" \[1, 4\] for \[1, 3\]: /);
  assert.deepEqual([code, stdout, folder.files], [1, "", ["net.prototxt", "x.npy"]]);
});

Deno.test("rounding errors are those of weights that stayed in a large file", async () => {
  using folder = new Folder();
  const size = 1 << 11;
  const data = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i) / size);
  const layer = { name: "ip", type: "InnerProduct", bottoms: ["x"], tops: ["ip"] };
  const blobs = [{ shape: [size, size], data }];
  folder.write("net.caffemodel", writeCaffemodel({ name: "", layers: [{ ...layer, blobs }] }));
  folder.write(
    "net.prototxt",
    `input: "x" input_shape { dim: 1 dim: ${size} }
    layer { name: "ip" type: "InnerProduct" bottom: "x" top: "ip"
      inner_product_param { num_output: ${size} bias_term: false } }`,
  );
  const args = ["net.prototxt", "net.caffemodel", "-o", "m.npz", "--weights", "int8"];
  const text = await folder.done("convert", ...args);
  assert.match(text, /^\(output\) +ip +\d\.\de-[234]$/m);
});
