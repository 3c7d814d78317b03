import assert from "node:assert/strict";
import { pictures, samples, withDigits } from "./digits.ts";

Deno.test("validate prints the accuracy for a list of pictures and classes", async () => {
  using folder = await withDigits();
  folder.write("with space.png", Deno.readFileSync(`${samples}${pictures[2]}`));
  folder.write(
    "list.txt",
    `with space.png 9\n\n${samples}4_open.png 4\r\n${samples}1_leaning.png 7\n`,
  );
  const options = ["--device", "cpu", "--batch", "2"];
  const text = await folder.done("validate", "m.npz", "list.txt", ...options);
  assert.match(text, /^top-1 2\/3 66\.67 %\ntop-5 \d\/3 \d+\.\d\d %\n$/);
  const json = JSON.parse(await folder.done("validate", "m.npz", "list.txt", ...options, "--json"));
  assert.deepEqual([json.images, json.top1, json.top1Accuracy], [3, 2, 2 / 3]);
  assert.ok(json.top5 >= 2);

  folder.write("list.txt", "4_open.png 4\n7_barred.png 7");
  const rooted = await folder.done("validate", "m.npz", "list.txt", "--root", samples, ...options);
  assert.match(rooted, /^top-1 2\/2 100\.00 %\n/);
});

Deno.test("errors about a picture or a line have its position", async () => {
  using folder = await withDigits();
  folder.write("a.png", "nothing");
  const error = async (list: string) => {
    folder.write("list.txt", list);
    const ended = await folder.kaffe("validate", "m.npz", "list.txt", "--device", "cpu");
    assert.equal(ended.code, 1);
    return ended.stderr;
  };
  assert.match(await error("a.png 1"), /^Cannot read .*a\.png: it is no picture/);
  assert.match(await error("b.png 1"), /^Cannot read .*b\.png: there is no such file/);
  assert.match(await error("\na.png one"), /^Cannot read list\.txt:2: "a\.png one" is not a path/);
  assert.match(
    await error("train.h5"),
    /^Cannot read train\.h5: there is no such file\n {2}at list/,
  );
  assert.match(
    await error("a.png 1\ntrain.h5"),
    /^Cannot read list\.txt:2: "train\.h5" is not a path/,
  );
  assert.match(
    await error(". 3"),
    /^Cannot read \.: it is a folder, but a list names files one by one\n {2}at list\.txt:1\n$/,
  );
  assert.match(await error("\n"), /^Cannot read list\.txt: it lists no pictures/);
  assert.match(await error(""), /^Cannot read list\.txt: it is empty/);
  const picture = samples + pictures[0];
  assert.match(await error(`${picture} 10`), /^Cannot validate list\.txt:1: its label is 10, but/);
});

Deno.test("an unreadable picture makes validate fail after the rates of the others", async () => {
  using folder = await withDigits();
  folder.write("a.png", "nothing");
  folder.write("list.txt", `a.png 1\n${samples}4_open.png 4`);
  const ended = await folder.kaffe("validate", "m.npz", "list.txt", "--device", "cpu");
  assert.match(ended.stderr, /^Cannot read .*a\.png: it is no picture/);
  assert.match(ended.stdout, /^top-1 1\/1 100\.00 %\n/);
  assert.equal(ended.code, 1);
});

Deno.test("classes with equal scores, and scores that are NaN, are no correct answers", async () => {
  using folder = await withDigits();
  folder.write("list.txt", `${samples}4_open.png 0\n${samples}1_leaning.png 5`);
  const constant = (value: string) =>
    `input: "data" input_shape { dim: 1 dim: 1 dim: 28 dim: 28 }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param {
      num_output: 6 weight_filler { type: "constant" value: 0 }
      bias_filler { type: "constant" value: ${value} } } }`;
  for (const value of ["1", "nan"]) {
    folder.write("constant.prototxt", constant(value));
    await folder.done("convert", "constant.prototxt", "-o", "constant.npz");
    const text = await folder.done("validate", "constant.npz", "list.txt", "--device", "cpu");
    assert.equal(text, "top-1 0/2 0.00 %\ntop-5 0/2 0.00 %\n");
  }
});
