import assert from "node:assert/strict";
import { requireInputs } from "../../cli/inputs.ts";
import { type Folder, pathOf, withDoubling } from "./command.ts";

/** A folder with a bundle in which all blobs are kept, and an input, `x.npy`. */
async function withInput(): Promise<Folder> {
  const folder = await withDoubling("--no-optimize");
  folder.writeArray("x.npy", { shape: [2, 3], data: Float32Array.of(-1, 0, 1, 2, 3, 4) });
  return folder;
}

const options = ["--input", "data=x.npy", "--output", "out.npz", "--device", "cpu"];

Deno.test("outputs are written under the blobs' names", async () => {
  using folder = await withInput();
  const text = await folder.done("run", "m.npz", ...options);
  assert.match(text, /^relu \[2, 3\]\nWrote out\.npz \(\d+ B\)\n$/);
  const arrays = await folder.arrays("out.npz");
  assert.deepEqual([...arrays.keys()], ["relu"]);
  const { shape, data } = arrays.get("relu")!;
  assert.deepEqual([shape, [...data]], [[2, 3], [0, 1, 3, 5, 7, 9]]);
});

Deno.test("--blobs and --all select other blobs, or all", async () => {
  using folder = await withInput();
  await folder.done("run", "m.npz", ...options, "--blobs", "more/one, twice,", "--blobs", "twice");
  const some = await folder.arrays("out.npz");
  assert.deepEqual([...some.keys()], ["more/one", "twice"]);
  assert.deepEqual([...some.get("more/one")!.data], [-1, 1, 3, 5, 7, 9]);
  await folder.done("run", "m.npz", ...options, "--all");
  const all = await folder.arrays("out.npz");
  assert.deepEqual([...all.keys()].sort(), ["data", "more/one", "relu", "twice"]);
});

Deno.test("arrays of integers are converted to floats", async () => {
  using folder = await withInput();
  const header = "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 3), }";
  const padded = header.padEnd(117) + "\n";
  folder.write(
    "x.npy",
    Uint8Array.of(
      0x93,
      ...new TextEncoder().encode("NUMPY\x01\0"),
      118,
      0,
      ...new TextEncoder().encode(padded),
      1,
      2,
      0xff,
    ),
  );
  await folder.done("run", "m.npz", ...options);
  assert.deepEqual([...(await folder.arrays("out.npz")).get("relu")!.data], [3, 5, 0]);
});

const failures: [args: string, code: number, message: RegExp][] = [
  [
    "--output o.npz",
    1,
    /^Cannot run network: input "data" \[1, 3\] is missing; give it with --input data=x\.npy\n$/,
  ],
  ["--output o.npz --input date=x.npy", 2, /has no input "date" \(did you mean "data"\?\)/],
  ["--output o.npz --input data=y.npy", 1, /^Cannot read y\.npy: there is no such file\n$/],
  [
    "--output o.npz --input data=net.prototxt",
    1,
    /^Cannot feed net\.prototxt to "data": it is neither an array, a \.npy, nor a picture\n$/,
  ],
  [
    "--output o.npz --input data=x.png",
    1,
    /^Cannot feed x\.png to "data": the bundle has no preprocessing for it; give an array, a \.npy\n$/,
  ],
  ["--output o.npz --input data=m.npz", 1, /^Cannot feed m\.npz to "data": it is a \.npz, /],
  ["--output o.npz --input data=x.npy --input data=x.npy", 2, /--input data is given twice/],
  [
    "--output o.npz --input data=x.npy --blobs prob",
    1,
    /^Cannot run network: it has no value "prob"/,
  ],
  ["--output o.npz --input data=x.npy --all --blobs relu", 2, /--all and --blobs cannot both/],
];
Deno.test("an invalid run is refused, and nothing is written", async () => {
  using folder = await withInput();
  folder.write("x.png", Deno.readFileSync(pathOf("examples/digits/samples/4_open.png")));
  const before = folder.files;
  for (const [args, code, message] of failures) {
    const ended = await folder.kaffe("run", "m.npz", "--device", "cpu", ...args.split(" "));
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, message);
  }
  assert.deepEqual(folder.files, before);
});

for (const device of [[], ["--device", "gpu"]]) {
  const automatic = device.length === 0;
  Deno.test({
    name: "without an adapter, " +
      (automatic ? "the CPU is used" : "--device gpu fails and names the CPU"),
    ignore: Deno.build.os !== "linux",
    async fn() {
      using folder = await withInput();
      folder.env = { DENO_WEBGPU_BACKEND: "dx12" };
      const ended = await folder.kaffe("run", "m.npz", ...options.slice(0, 4), ...device);
      assert.equal(ended.code, automatic ? 0 : 1);
      assert.match(
        ended.stderr,
        automatic
          ? /^There is no GPU here: the network runs on the CPU, .*$/m
          : /^Cannot find a GPU: .* run on the CPU: --device cpu on the command line, .*$/m,
      );
      assert.doesNotMatch(ended.stderr, /\n {4}at /);
    },
  });
}

Deno.test("a batch that is too large for memory is refused", async () => {
  using folder = await withInput();
  const words = ["m.npz", "--device", "cpu", "--batch", "999999999"];
  const { code, stderr } = await folder.kaffe("bench", ...words);
  assert.match(stderr, /^Cannot feed "data" \[999999999, 3\]: .*; give a smaller --batch\n$/);
  assert.equal(code, 1);
});

Deno.test({
  name: "options of the GPU that have no effect on the CPU cause a notice",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using folder = await withInput();
    folder.env = { DENO_WEBGPU_BACKEND: "dx12" };
    const gpu = ["--gpu-weights", "int8", "--gpu-activations", "float16"];
    const { code, stderr } = await folder.kaffe("run", "m.npz", ...options.slice(0, 4), ...gpu);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /\n--gpu-weights and --gpu-activations have no effect on the CPU; --device gpu/,
    );
  },
});

Deno.test("several missing inputs are named", () => {
  const inputs = [{ name: "data", shape: [1, 3] }, { name: "info", shape: [1] }];
  assert.throws(() => requireInputs({ inputs }, new Map()), {
    name: "TypeError",
    message:
      'Cannot run network: inputs "data" [1, 3] and "info" [1] are missing; give them with ' +
      "--input data=x.npy --input info=x.npy",
  });
});

Deno.test("run refuses pictures beside arrays", async () => {
  using folder = await withDoubling();
  const args = ["a.png", "--input", "x=x.npy", "-o", "o.npz"];
  const { code, stderr } = await folder.kaffe("run", "m.npz", ...args);
  assert.match(stderr, /^kaffe run: --input and the picture a\.png cannot both be given\n/);
  assert.equal(code, 2);
});
