/**
 * Output paths: they are checked before any work, and are no inputs of the same command.
 */
import assert from "node:assert/strict";
import { convert, writeBundle } from "../../mod.ts";
import { join } from "../join.ts";
import { doubling, Folder, pathOf } from "./command.ts";

const bundle = join(writeBundle(convert({ bytes: new TextEncoder().encode(doubling), name: "" })));

/** A folder with a network, its bundle, inputs of all kinds, and links to them. */
function withFiles(): Folder {
  const folder = new Folder();
  folder.write("net.prototxt", doubling);
  folder.write("m.npz", bundle);
  folder.write("m.d.ts", bundle);
  folder.write("a.png", Deno.readFileSync(pathOf("examples/digits/samples/4_open.png")));
  folder.writeArray("x.npy", { shape: [1, 3], data: Float32Array.of(1, 2, 3) });
  folder.write("labels.txt", "a\nb\nc\n");
  folder.write("layers.ts", "export const ops = [];");
  folder.write("k.json", '{"format":"kaffe kernels","version":1,"devices":{}}');
  Deno.symlinkSync("m.npz", folder.at("link.npz"));
  Deno.linkSync(folder.at("m.npz"), folder.at("hard.npz"));
  Deno.symlinkSync(".", folder.at("here"));
  return folder;
}

/** Commands whose output is one of their inputs. */
const overwriting = [
  "convert net.prototxt -o net.prototxt",
  "convert net.prototxt -o here/net.prototxt",
  "convert net.prototxt --labels labels.txt --code-output-path labels.txt",
  "convert net.prototxt --layers layers.ts --code-output-path layers.ts",
  "convert net.prototxt --inject twice:0=x.npy -o x.npy",
  "convert net.prototxt -o m.npz --weights int8 --input data=x.npy --code-output-path ./x.npy",
  "report m.npz -o m.npz",
  "report link.npz -o m.npz",
  "report m.npz -o hard.npz",
  "report m.npz -o k.json --kernels k.json",
  "run m.npz --input data=x.npy -o x.npy",
  "run m.npz a.png -o a.png",
  "runtime m.npz -o m.npz",
  "runtime m.d.ts -o m.js",
  "weights m.npz -o m.npz",
  "mean x.npy -o x.npy",
  "upgrade net.prototxt ./net.prototxt",
  "upgrade net.prototxt x.npy --format text --inject twice:0=x.npy",
];

Deno.test({
  name: "an output that is an input too is refused, also through links",
  ignore: Deno.build.os === "windows",
  async fn() {
    using folder = withFiles();
    const before = contents(folder);
    for (const args of overwriting) {
      const { code, stdout, stderr } = await folder.kaffe(...args.split(" "));
      assert.match(stderr, /^kaffe \w+: \S+ cannot be both read and written\nsee /, args);
      assert.deepEqual([code, stdout], [2, ""]);
    }
    assert.deepEqual(contents(folder), before);
  },
});

/** Commands that cannot write their output, and whose input is missing too. */
const unwritable: [args: string, message: string][] = [
  ["run missing.npz --input data=x.npy -o no/o.npz", "no/o.npz: there is no such folder"],
  ["report missing.npz -o no/o.html", "no/o.html: there is no such folder"],
  ["convert missing -o no/", "no/: there is no such folder"],
  ["runtime missing.npz -o here", "here: it is a folder"],
  ["convert missing -o x.npy/o.npz", "x.npy/o.npz: not a directory"],
  ["convert missing --tfjs-output-path x.npy", "into the folder x.npy: x.npy is a file"],
  ["weights missing.npz -o kept.npz", "kept.npz: permission denied: the file is read-only"],
];

Deno.test({
  name: "an output that cannot be written is refused before inputs are read",
  ignore: Deno.build.os === "windows",
  async fn() {
    using folder = withFiles();
    folder.write("kept.npz", bundle);
    Deno.chmodSync(folder.at("kept.npz"), 0o444);
    const before = contents(folder);
    for (const [args, message] of unwritable) {
      const { code, stderr } = await folder.kaffe(...args.split(" "));
      assert.equal(stderr, `Cannot write ${message}\n`);
      assert.equal(code, 1);
    }
    assert.deepEqual(contents(folder), before);
  },
});

Deno.test("- is refused as an output, unless it is written as a file", async () => {
  using folder = withFiles();
  const cases: [args: string, what: string][] = [
    ["convert net.prototxt -o -", "convert: --data-output-path -"],
    ["convert net.prototxt --tfjs-output-path -", "convert: --tfjs-output-path -"],
    ["run m.npz --input data=x.npy -o -", "run: --output -"],
    ["upgrade net.prototxt - --format text", "upgrade: -"],
  ];
  for (const [args, what] of cases) {
    const { code, stdout, stderr } = await folder.kaffe(...args.split(" "));
    assert.ok(
      stderr.startsWith(`kaffe ${what}: kaffe writes files, not to standard output`),
      stderr,
    );
    assert.deepEqual([code, stdout], [2, ""]);
  }
  assert.ok(!folder.files.includes("-"));
  await folder.done("convert", "net.prototxt", "-o", "./-");
  assert.ok(folder.files.includes("-"));
});

Deno.test("the folder of an option is created, also for other outputs", async () => {
  using folder = withFiles();
  const outputs = ["--tfjs-output-path", "deep/out", "-o", "deep/out/m.npz"];
  await folder.done("convert", "net.prototxt", ...outputs);
  const files = [...Deno.readDirSync(folder.at("deep/out"))].map(({ name }) => name).sort();
  assert.deepEqual(files, ["group1-shard1of1.bin", "m.npz", "model.json"]);
});

/** The names and the bytes of all files. */
function contents(folder: Folder): unknown {
  return folder.files.filter((name) => name !== "here").map((name) => {
    return [name, Deno.readFileSync(folder.at(name))];
  });
}
