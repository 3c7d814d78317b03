import assert from "node:assert/strict";
import { Folder, pathOf } from "./command.ts";
import { pictures, samples, withDigits } from "./digits.ts";

Deno.test("pictures are classified in batches, with results as text and as JSON", async () => {
  using folder = await withDigits("--labels", pathOf("examples/digits/labels.txt"));
  const files = pictures.map((name) => samples + name);
  const options = ["--device", "cpu", "--batch", "2"];
  const json = await folder.done("classify", "m.npz", ...files, ...options, "--json");
  const results = JSON.parse(json);
  assert.deepEqual(results.map(({ file }: { file: string }) => file), files);
  for (const [i, { top }] of results.entries()) {
    assert.equal(top.length, 5);
    assert.deepEqual(Object.keys(top[0]), ["index", "label", "probability"]);
    assert.equal(top[0].label, pictures[i]![0]);
    assert.equal(top[0].index, Number(pictures[i]![0]));
    assert.ok(top[0].probability > 0.5 && top[0].probability <= 1 && top[1].probability < 0.5);
  }
  const text = await folder.done("classify", "m.npz", files[0]!, "--top", "1", "--device", "cpu");
  assert.match(text, /^\S*4_open\.png\n +\d+\.\d\d % {2}4\n$/);
});

Deno.test("run preprocesses a picture like classify, and returns any blobs", async () => {
  using folder = await withDigits();
  const file = samples + pictures[0];
  const [{ top: [best] }] = JSON.parse(
    await folder.done("classify", "m.npz", file, "--device", "cpu", "--json"),
  );
  const options = ["--input", `data=${file}`, "--device", "cpu", "--output", "out.npz"];
  await folder.done("run", "m.npz", ...options, "--blobs", "ip1,prob");
  const arrays = await folder.arrays("out.npz");
  assert.deepEqual([...arrays.keys()], ["ip1", "prob"]);
  const { shape, data } = arrays.get("prob")!;
  assert.deepEqual(shape, [1, 10]);
  assert.equal(data[best.index], best.probability);
});

Deno.test("run writes a row for each picture, for any batch size", async () => {
  using folder = await withDigits();
  const files = pictures.map((name) => samples + name);
  const options = ["--blobs", "ip1,prob", "--device", "cpu"];
  await folder.done("run", "m.npz", ...files, ...options, "-o", "all.npz");
  await folder.done("run", "m.npz", ...files, ...options, "-o", "two.npz", "--batch", "2");
  const [all, two] = [await folder.arrays("all.npz"), await folder.arrays("two.npz")];
  assert.deepEqual(all.get("prob")!.shape, [3, 10]);
  assert.deepEqual(two, all);
  await folder.done("run", "m.npz", files[1]!, "--device", "cpu", "-o", "one.npy");
  assert.match(await folder.done("inspect", "one.npy"), /an array of the shape \[1, 10\]/);
  const wrong = [[files[0]!, "--input", `data=${files[1]}`], [files[0]!, "--all"]];
  for (const words of wrong) {
    const { code, stderr } = await folder.kaffe("run", "m.npz", ...words, "-o", "o.npy");
    assert.deepEqual([code, /cannot both be given|holds one array/.test(stderr)], [2, true]);
  }
});

Deno.test("--oversample averages the results of ten crops", async () => {
  using folder = await withDigits("--resize", "30x30", "--crop", "28");
  const [file] = pictures.map((name) => samples + name);
  const words = ["classify", "m.npz", file!, "--json", "--device", "cpu"];
  const [[one], [ten]] = [
    JSON.parse(await folder.done(...words)),
    JSON.parse(await folder.done(...words, "--oversample")),
  ];
  assert.notEqual(ten.top[0].probability, one.top[0].probability);
  const sum = ten.top.reduce((sum: number, each: typeof one.top[0]) => sum + each.probability, 0);
  assert.ok(sum > 0.5 && sum <= 1 + 1e-6);
});

Deno.test("a wrong number of labels causes a warning", async () => {
  using folder = new Folder();
  folder.write("labels.txt", "cat\ndog\n");
  const { code, stderr } = await folder.kaffe(
    ...["convert", pathOf("examples/digits/deploy.prototxt"), "--labels", "labels.txt"],
    ...["--caffemodel", pathOf("examples/digits/digits.caffemodel")],
    ...["--data-output-path", "m.npz"],
  );
  assert.equal(code, 0);
  assert.match(stderr, /there are 2 labels, but "prob" has 10 scores/);
});

Deno.test("labels are null if there are none, and scores are printed without a softmax", async () => {
  using folder = await withDigits();
  folder.write(
    "net",
    Deno.readTextFileSync(pathOf("examples/digits/deploy.prototxt"))
      .replace(/layer \{\s+name: "prob"[^}]*\}/, ""),
  );
  await folder.done(
    ...["convert", "net", "--caffemodel", pathOf("examples/digits/digits.caffemodel")],
    ...["--data-output-path", "scores.npz", "--input-scale", "0.00390625"],
  );
  const file = samples + pictures[0];
  const json = async (bundle: string) =>
    JSON.parse(await folder.done("classify", bundle, file, "--json", "--device", "cpu"))[0].top[0];
  assert.deepEqual(Object.keys(await json("m.npz")), ["index", "label", "probability"]);
  assert.equal((await json("m.npz")).label, null);
  const { index, score } = await json("scores.npz");
  assert.equal(index, 4);
  assert.ok(score > 1);
});

Deno.test("a network without a picture input is refused", async () => {
  using folder = new Folder();
  folder.write(
    "net",
    `input: "x" input_shape { dim: 1 dim: 3 }
    layer { name: "relu" type: "ReLU" bottom: "x" top: "relu" }`,
  );
  folder.write("a.png", Deno.readFileSync(samples + pictures[0]));
  await folder.done("convert", "net", "--data-output-path", "m.npz");
  const { code, stderr } = await folder.kaffe("classify", "m.npz", "a.png", "--device", "cpu");
  assert.equal(code, 1);
  assert.equal(
    stderr,
    'Cannot classify pictures: the network takes "x" [1, 3], not one picture\n',
  );
});

Deno.test("a missing mean causes one notice", async () => {
  using folder = new Folder();
  folder.write(
    "net",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 2 dim: 2 }
    layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
      pooling_param { pool: AVE global_pooling: true } }
    layer { name: "prob" type: "Softmax" bottom: "pool" top: "prob" }`,
  );
  const noticeOf = async (...options: string[]) => {
    await folder.done("convert", "net", "-o", "m.npz", ...options);
    const files = pictures.map((name) => samples + name);
    const { code, stderr } = await folder.kaffe("classify", "m.npz", ...files, "--device", "cpu");
    assert.equal(code, 0);
    return stderr;
  };
  assert.match(await noticeOf(), /^The model has no mean, [^\n]*--mean-values[^\n]*\n$/);
  assert.equal(await noticeOf("--mean-values", "1,2,3"), "");
});

Deno.test("a file that is not a picture does not stop the others", async () => {
  using folder = await withDigits();
  folder.write("bad.png", "nothing");
  const [good, other] = pictures.map((name) => samples + name) as [string, string];
  const files = [good, "bad.png", other], cpu = ["--device", "cpu", "--batch", "2"];
  const reason = "Cannot read bad.png: it is no picture, but only JPEG and PNG are read";

  const classified = await folder.kaffe("classify", "m.npz", ...files, ...cpu, "--json");
  assert.deepEqual([classified.code, classified.stderr], [1, `${reason}\n`]);
  const [first, bad, last] = JSON.parse(classified.stdout);
  assert.deepEqual(bad, { file: "bad.png", error: reason });
  assert.deepEqual([first.top[0].index, last.top[0].index], [4, 7]);

  const ran = await folder.kaffe("run", "m.npz", ...files, ...cpu, "-o", "o.npy");
  assert.deepEqual([ran.code, ran.stderr], [1, `${reason}; its results are written as NaN\n`]);
  const text = await folder.done("run", "m.npz", good, other, ...cpu, "-o", "o.npz");
  assert.match(text, /^prob \[2, 10\]\n/);
  await folder.kaffe("run", "m.npz", ...files, ...cpu, "-o", "all.npz");
  const rows = (await folder.arrays("all.npz")).get("prob")!.data;
  const two = (await folder.arrays("o.npz")).get("prob")!.data;
  assert.deepEqual(
    rows,
    Float32Array.of(...two.slice(0, 10), ...Array(10).fill(NaN), ...two.slice(10)),
  );

  folder.write("list.txt", `${good} 4\nbad.png 1\n${other} 7\n`);
  const counted = await folder.kaffe("validate", "m.npz", "list.txt", ...cpu);
  assert.deepEqual([counted.code, counted.stderr], [1, `${reason}\n  at list.txt:2\n`]);
  assert.match(counted.stdout, /^top-1 2\/2 100\.00 %\n/);
});

Deno.test("missing files are reported before the first file is read", async () => {
  using folder = new Folder();
  const picture = samples + pictures[0];
  folder.write("list.txt", `${picture} 4\nno.png 1\nnor.png 1\n`);
  const missing = "Cannot read no.png: there is no such file";
  const commands = [
    ["classify", "m.npz", picture, "no.png"],
    ["run", "m.npz", picture, "no.png", "-o", "o.npz"],
    ["mean", picture, "no.png", "-o", "mean.npy"],
  ];
  for (const words of commands) {
    const { code, stderr } = await folder.kaffe(...words);
    assert.deepEqual([code, stderr], [1, `${missing}\n`]);
  }
  const { stderr } = await folder.kaffe("validate", "m.npz", "list.txt");
  assert.equal(stderr, `${missing}; nor 1 more of 3 files\n  at list.txt:2\n`);
});

Deno.test("a bundle, a picture and a list in the wrong order are reported", async () => {
  using folder = await withDigits();
  const picture = samples + pictures[0];
  folder.write("list.txt", `${picture} 4\n`);
  folder.write("a.png", Deno.readFileSync(picture));
  const errorOf = async (...words: string[]) => {
    const { code, stderr } = await folder.kaffe(...words, "--device", "cpu");
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /\\u/);
    return stderr;
  };
  assert.match(
    await errorOf("validate", "list.txt", "m.npz"),
    /^Cannot read m\.npz as a list of pictures: .*; the bundle comes first, and the list second\n$/,
  );
  assert.match(
    await errorOf("validate", "m.npz", "a.png"),
    /a list of pictures: it is a picture; each/,
  );
  assert.match(
    await errorOf("classify", "a.png", "m.npz"),
    /^Cannot read a\.png: it is a picture; the bundle comes first\n$/,
  );
});

/** A classifier with a second output for a box. */
const withBox = `input: "data" input_shape { dim: 1 dim: 1 dim: 28 dim: 28 }
  layer { name: "box" type: "InnerProduct" bottom: "data" top: "box"
    inner_product_param { num_output: 4 weight_filler { type: "constant" value: 1 } } }
  layer { name: "score" type: "InnerProduct" bottom: "data" top: "score"
    inner_product_param { num_output: 2 } }
  layer { name: "face" type: "Softmax" bottom: "score" top: "face" }`;

Deno.test("probabilities are preferred to other outputs, unless a blob is named", async () => {
  using folder = new Folder();
  folder.write("net", withBox);
  await folder.done("convert", "net", "-o", "m.npz", "--inject", "score=0.001");
  const words = ["classify", "m.npz", samples + pictures[0], "--json", "--device", "cpu"];
  const [{ top }] = JSON.parse(await folder.done(...words));
  assert.deepEqual(top.map(({ probability }: { probability: number }) => probability), [0.5, 0.5]);
  const [{ top: box }] = JSON.parse(await folder.done(...words, "--blob", "box"));
  assert.equal(box.length, 4);
  assert.ok(box[0].score > 1);
  const { code, stderr } = await folder.kaffe(...words, "--blob", "data");
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot classify by "data": it is \[1, 1, 28, 28\], but a score for each/);
});

Deno.test("networks for label sequences or pairs of pictures are refused, with a hint", async () => {
  using folder = new Folder();
  folder.write(
    "net",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 1 dim: 6 }
    layer { name: "steps" type: "Permute" bottom: "data" top: "steps"
      permute_param { order: 3 order: 0 order: 1 order: 2 } }
    layer { name: "flat" type: "Reshape" bottom: "steps" top: "flat"
      reshape_param { shape { dim: 6 dim: 1 dim: 3 } } }
    layer { name: "text" type: "CTCGreedyDecoder" bottom: "flat" top: "text" }`,
  );
  await folder.done("convert", "net", "-o", "text.npz");
  const text = await folder.kaffe("classify", "text.npz", samples + pictures[0]);
  assert.equal(text.code, 1);
  assert.match(
    text.stderr,
    /Cannot classify pictures: the network computes "text".*; kaffe run writes/,
  );
  folder.write("net", withBox.replace("dim: 1 dim: 28 dim: 28", "dim: 2 dim: 28 dim: 28"));
  await folder.done("convert", "net", "-o", "pair.npz", "--inject", "score=0.001");
  const pair = await folder.kaffe("detect", "pair.npz", samples + pictures[0]);
  assert.match(pair.stderr, /Cannot detect in pictures: .*, not boxes; kaffe run writes/);
});
