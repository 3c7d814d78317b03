import assert from "node:assert/strict";
import { hasGpu } from "../gpu.ts";
import { Folder } from "./command.ts";

/** A folder with a bundle of one convolution, and an empty user cache. */
async function withConvolution(): Promise<Folder> {
  const folder = new Folder();
  folder.env = { XDG_CACHE_HOME: folder.at("cache"), HOME: folder.path, LOCALAPPDATA: folder.path };
  folder.write(
    "net.prototxt",
    `input: "data" input_shape { dim: 1 dim: 4 dim: 6 dim: 6 }
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" convolution_param {
      num_output: 4 kernel_size: 1 weight_filler { type: "constant" value: 1 } } }`,
  );
  await folder.done("convert", "net.prototxt", "--data-output-path", "m.npz");
  return folder;
}

const bench = ["bench", "m.npz", "--device", "gpu", "--runs", "1"];

Deno.test({
  name: "--autotune writes measured kernels to the file of --kernels, and uses those in it",
  ignore: !hasGpu,
  async fn() {
    using folder = await withConvolution();
    const measured = await folder.kaffe(...bench, "--autotune", "--kernels", "kernels.json");
    assert.deepEqual([measured.code, measured.stderr], [0, ""]);
    const text = folder.read("kernels.json"), file = JSON.parse(text);
    assert.deepEqual([file.format, file.version], ["kaffe kernels", 1]);
    const [[device, kernels]] = Object.entries(file.devices) as [[string, Record<string, string>]];
    const [[work, kernel]] = Object.entries(kernels) as [[string, string]];

    // Known kernels are not measured again: a kernel that is not the fastest is used.
    const profile = async (chosen: string, ...more: string[]) => {
      const devices = { [device]: { [work]: chosen } };
      folder.write("kernels.json", JSON.stringify({ ...file, devices }));
      const before = folder.read("kernels.json");
      const ended = await folder.kaffe(...bench, "--profile", "--kernels", "kernels.json", ...more);
      assert.equal(folder.read("kernels.json"), before);
      return ended;
    };
    const other = "product 16 × 32";
    for (const [chosen, ...more] of [[kernel], [other], [other, "--autotune"]] as const) {
      const { stdout, stderr } = await profile(chosen, ...more);
      assert.equal(stderr, "");
      assert(stdout.split(/ {2,}|\n/).includes(chosen), stdout);
    }
    const removed = await profile("butterfly");
    assert.match(removed.stderr, /^The kernel "butterfly" no longer exists/);
    assert.match(removed.stdout, /^conv +conv2d +/m);
    assert.doesNotMatch(removed.stdout, /butterfly/);
  },
});

Deno.test({
  name: "--autotune writes to the user's cache, and ignores a file of another version",
  ignore: !hasGpu || Deno.build.os !== "linux",
  async fn() {
    using folder = await withConvolution();
    await folder.done(...bench, "--autotune");
    const file = JSON.parse(folder.read("cache/kaffe/kernels.json"));
    folder.write("cache/kaffe/kernels.json", JSON.stringify({ ...file, version: 0 }));
    const { stderr } = await folder.kaffe(...bench, "--autotune");
    assert.match(stderr, /^Ignoring .*kernels\.json: its version is 0, not 1\n$/);
    assert.equal(JSON.parse(folder.read("cache/kaffe/kernels.json")).version, 1);
  },
});

Deno.test({
  name: "kernels of another device, and files of another kind, are ignored with a notice",
  ignore: !hasGpu,
  async fn() {
    using folder = await withConvolution();
    const devices = { "another GPU": {} };
    folder.write("k.json", JSON.stringify({ format: "kaffe kernels", version: 1, devices }));
    const { code, stderr } = await folder.kaffe(...bench, "--kernels", "k.json");
    assert.equal(code, 0);
    assert.match(stderr, /^No kernels were measured on .*: the default ones are used\n$/);
    folder.write("k.json", "[]");
    const other = await folder.kaffe(...bench, "--kernels", "k.json");
    assert.equal(
      other.stderr,
      "Ignoring k.json: it is not a file of measured kernels\n" +
        stderr.slice(stderr.indexOf("No")),
    );
  },
});

Deno.test("kernel options need the GPU, and an existing file", async () => {
  using folder = await withConvolution();
  const onCpu = await folder.kaffe("bench", "m.npz", "--device", "cpu", "--autotune");
  assert.match(onCpu.stderr, /^kaffe bench: --autotune is for the GPU, not for --device cpu/);
  const missing = await folder.kaffe("bench", "m.npz", "--kernels", "k.json");
  assert.equal(missing.stderr, "Cannot read k.json: there is no such file\n");
});

Deno.test("an output path for kernels is checked before measuring", async () => {
  using folder = await withConvolution();
  const files = [
    ["m.npz", "Cannot write measured kernels to m.npz: it is another kind of file; give"],
    ["net.prototxt", "Cannot write measured kernels to net.prototxt: it is another kind of file; "],
    ["no/k.json", "Cannot write no/k.json: there is no such folder\n"],
  ] as const;
  const before = Deno.readFileSync(folder.at("m.npz"));
  for (const [file, message] of files) {
    const { code, stderr } = await folder.kaffe("bench", "m.npz", "--autotune", "--kernels", file);
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(message), stderr);
  }
  assert.deepEqual(Deno.readFileSync(folder.at("m.npz")), before);
});
