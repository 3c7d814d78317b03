import assert from "node:assert/strict";
import { filesOf, names } from "../datasets/fixtures.ts";
import type { Folder } from "./command.ts";
import { samples, withDigits } from "./digits.ts";

async function withHdf5(): Promise<Folder> {
  const folder = await withDigits();
  for (const [file, bytes] of Object.entries(filesOf("hdf5"))) folder.write(file, bytes);
  return folder;
}

Deno.test("validate reads HDF5 files as it reads the same pictures", async () => {
  using folder = await withHdf5();
  folder.write("list.txt", names.map((name) => `${samples}${name} ${name[0]}\n`).join(""));
  folder.write("files.txt", "first.h5\n\nsecond.h5\n");
  const validate = (from: string) => folder.done("validate", "m.npz", from, "--device", "cpu");
  const expected = await validate("list.txt");
  assert.match(expected, /^top-1 \d+\/12 /);
  assert.equal(await validate("files.txt"), expected);
  const seven = await folder.done("validate", "m.npz", "first.h5", "--device", "cpu", "--json");
  assert.equal(JSON.parse(seven).images, 7);
});

Deno.test("validate feeds vectors of HDF5 files to networks for vectors, as they are", async () => {
  using folder = await withHdf5();
  const weights = Array.from({ length: 10 * 784 }, (_, i) => Math.floor(i / 784) === 4 ? 1 : 0);
  folder.write(
    "vectors.prototxt",
    `input: "data" input_shape { dim: 1 dim: 784 dim: 1 dim: 1 }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
      inner_product_param { num_output: 10 bias_term: false }
      blobs { shape { dim: 10 dim: 784 } ${weights.map((w) => `data: ${w}`).join(" ")} } }`,
  );
  await folder.done("convert", "vectors.prototxt", "-o", "vectors.npz");
  const text = await folder.done("validate", "vectors.npz", "vectors.h5", "--device", "cpu");
  assert.match(text, /^top-1 2\/12 /);
});

Deno.test("HDF5 files without samples for the network are refused", async () => {
  using folder = await withHdf5();
  const error = async (...args: string[]) => {
    const { code, stderr } = await folder.kaffe("validate", "m.npz", ...args, "--device", "cpu");
    assert.ok(code > 0);
    return stderr;
  };
  assert.match(await error("other.h5"), /^Cannot read other\.h5: it has no array "data"; in h5py,/);
  assert.match(await error("chunks.h5"), /^Cannot read chunks\.h5: it has no array "label"; /);
  assert.match(
    await error("vectors.h5"),
    /^Cannot feed vectors\.h5, sample 0 to "data": it is \[784\], but the network takes \[1, 28, 28\]/,
  );
  assert.match(
    await error("fewer.h5"),
    /^Cannot read fewer\.h5: its array "data" is \[11, 1, 2, 3\], but must have as many samples/,
  );
  assert.match(
    await error("many labels.h5"),
    /^Cannot read many labels\.h5: its array "label" is \[12, 10\], but must have one number for/,
  );
  assert.match(await error("empty.h5"), /^Cannot validate empty\.h5: it has no samples\n/);
  assert.match(await error("first.h5", "--oversample"), /--oversample is for pictures, not for HD/);
  folder.write(
    "two",
    `input: "a" input_shape { dim: 1 dim: 3 } input: "b" input_shape { dim: 1 dim: 3 }
    layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" }
    layer { name: "prob" type: "Softmax" bottom: "sum" top: "prob" }`,
  );
  await folder.done("convert", "two", "-o", "two.npz");
  const two = await folder.kaffe("validate", "two.npz", "first.h5", "--device", "cpu");
  assert.match(two.stderr, /^Cannot classify arrays: the network takes "a" and "b"\n/);
  assert.match(await error("none.h5"), /^Cannot read none\.h5: there is no such file/);
});
