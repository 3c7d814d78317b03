/**
 * `kaffe weights` and `kaffe upgrade --inject`: learned blobs are shown, compared, extracted and
 * replaced.
 */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { readWeights } from "../../lib/caffe/learned_blobs.ts";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import packed from "../caffe/hdf5_files.json" with { type: "json" };
import { doubling, Folder } from "./command.ts";

/** A caffemodel with a layer of two blobs. */
function caffemodel(...weights: readonly number[]): Uint8Array {
  const blobs = [
    { shape: [2, 3], data: Float32Array.from(weights) },
    { shape: [2], data: Float32Array.of(0, NaN) },
  ];
  return writeCaffemodel({
    name: "net",
    layers: [{ name: "ip", type: "InnerProduct", bottoms: ["x"], tops: ["ip"], blobs }],
  });
}

Deno.test("blobs of caffemodels and bundles are shown with their statistics", async () => {
  using folder = new Folder();
  folder.write("a.caffemodel", caffemodel(-1, 0, 1, 2, 3, 4));
  const text = await folder.done("weights", "a.caffemodel");
  assert.match(text, /^ip:0 +\[2, 3\] +6 +-1\.00 +4\.00 +1\.50 +1\.71$/m);
  assert.match(text, /^ip:1 +\[2\], 1 not finite +2 +0 +0 +0 +0$/m);
  folder.write("net", doubling);
  await folder.done("convert", "net", "-o", "m.npz", "--no-optimize");
  const rows = JSON.parse(await folder.done("weights", "m.npz", "--json"));
  const least = rows.map(({ blob, least }: Record<string, unknown>) => [blob, least]);
  assert.deepEqual(least[0], ["twice/scale", 2]);
});

Deno.test("compressed HDF5 weights are read as others are", async () => {
  using folder = new Folder();
  folder.write(
    "net",
    `input: "x" input_shape { dim: 1 dim: 2 dim: 4 dim: 5 }
    layer { name: "conv1" type: "Convolution" bottom: "x" top: "conv1"
      convolution_param { num_output: 2 kernel_size: 3 } }`,
  );
  const about = async (name: keyof typeof packed) => {
    const bytes = Uint8Array.from(atob(packed[name]), (letter) => letter.charCodeAt(0));
    folder.write("w.h5", gunzipSync(bytes));
    await folder.done("convert", "net", "w.h5", "-o", "m.npz");
    const shown = [["weights", "w.h5"], ["inspect", "w.h5"], ["weights", "m.npz"]] as const;
    return await Promise.all(shown.map((args) => folder.done(...args)));
  };
  const texts = await about("compressed");
  assert.match(texts[0]!, /^conv1:0 +\[2, 2, 3, 3\]/m);
  assert.deepEqual(texts, await about("caffe"));
});

Deno.test("blobs of two caffemodels are compared", async () => {
  using folder = new Folder();
  folder.write("a.caffemodel", caffemodel(-1, 0, 1, 2, 3, 4));
  folder.write("b.caffemodel", caffemodel(-1, 0, 1, 2, 3, 5));
  const json = await folder.done("weights", "a.caffemodel", "b.caffemodel", "--json");
  const [first, second] = JSON.parse(json);
  assert.deepEqual([first.difference, second.difference], [0.2, 0]);
});

Deno.test("blobs of a caffemodel and a bundle are compared", async () => {
  using folder = new Folder();
  folder.write("net.caffemodel", caffemodel(-1, 0, 1, 2, 3, 4));
  folder.write(
    "net",
    `input: "x" input_shape { dim: 1 dim: 3 }
    layer { name: "ip" type: "InnerProduct" bottom: "x" top: "ip"
      inner_product_param { num_output: 2 } }`,
  );
  await folder.done("convert", "net", "net.caffemodel", "-o", "m.npz");
  for (const files of [["net.caffemodel", "m.npz"], ["m.npz", "net.caffemodel"]]) {
    const rows = JSON.parse(await folder.done("weights", ...files, "--json"));
    assert.deepEqual(rows.map(({ difference }: { difference: number }) => difference), [0, 0]);
  }
  folder.write("other", doubling);
  await folder.done("convert", "other", "-o", "other.npz", "--no-optimize");
  const { code, stderr } = await folder.kaffe("weights", "net.caffemodel", "other.npz");
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Cannot compare net\.caffemodel with other\.npz: they have no blob in common; .* twice\/scale\n$/,
  );
});

Deno.test("a bundle without weights is refused", async () => {
  using folder = new Folder();
  folder.write("net.caffemodel", caffemodel(-1, 0, 1, 2, 3, 4));
  folder.write(
    "net",
    `input: "x" input_shape { dim: 1 } layer { name: "r" type: "ReLU" bottom: "x" top: "r" }`,
  );
  await folder.done("convert", "net", "-o", "m.npz");
  for (const files of [["m.npz"], ["net.caffemodel", "m.npz"]]) {
    const { code, stderr } = await folder.kaffe("weights", ...files);
    assert.equal(code, 1);
    assert.equal(stderr, "Cannot show the weights of m.npz: it has none\n");
  }
});

Deno.test("blobs are extracted, changed, and written back", async () => {
  using folder = new Folder();
  folder.write("a.caffemodel", caffemodel(-1, 0, 1, 2, 3, 4));
  await folder.done("weights", "a.caffemodel", "-o", "w.npz");
  const { shape, data } = (await folder.arrays("w.npz")).get("ip:0")!;
  folder.writeArray("w.npy", { shape, data: data.map((x) => 2 * x) });
  const changes = ["--inject", "ip:0=w.npy", "--inject", "ip:1=0.5"];
  await folder.done("upgrade", "a.caffemodel", "b.caffemodel", ...changes);
  const blobs = readWeights(Deno.readFileSync(folder.at("b.caffemodel"))).get("ip")!;
  assert.deepEqual(blobs, [
    { shape: [2, 3], data: Float32Array.of(-2, 0, 2, 4, 6, 8) },
    { shape: [2], data: Float32Array.of(0.5, 0.5) },
  ]);
  const wrong: [string, RegExp][] = [
    ["pi:0=1", /^Cannot change layer "pi": the file has no such layer/],
    [
      "ip:3=1",
      /^Cannot change layer "ip": blob 3 is given, but it has 2 learned blobs: only blob 2 can/,
    ],
    ["ip:2=1", /^Cannot change layer "ip": it has no blob 2 that a number could fill/],
    ["ip:1=w.npy", /^Cannot change layer "ip": its blob 1 is \[2\], but \[2, 3\] is given/],
  ];
  for (const [change, message] of wrong) {
    const { code, stderr } = await folder.kaffe(
      ...["upgrade", "a.caffemodel", "c.caffemodel", "--inject", change],
    );
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
});

Deno.test("names of extracted blobs are unique, and are no paths outside the archive", async () => {
  using folder = new Folder();
  const blobs = [{ shape: [1], data: Float32Array.of(1) }];
  const layers = ["../../evil", "a", "A"].map((name) => {
    return { name, type: "Bias", bottoms: [], tops: [], blobs };
  });
  folder.write("a.caffemodel", writeCaffemodel({ name: "net", layers }));
  await folder.done("weights", "a.caffemodel", "-o", "w.npz");
  const names = [...(await folder.arrays("w.npz")).keys()];
  assert.deepEqual(names, ["%2E%2E/%2E%2E/evil:0", "a%3A0", "A%3A0_1"]);
});

Deno.test("blobs of large files are read in pieces", async () => {
  using folder = new Folder();
  const large = (last: number) => {
    const data = Float32Array.from({ length: 1 << 22 }, (_, i) => i % 1000 / 1000);
    data[data.length - 1] = last;
    const blobs = [{ shape: [1 << 11, 1 << 11], data }];
    const layers = [{ name: "ip", type: "InnerProduct", bottoms: ["x"], tops: ["y"], blobs }];
    return writeCaffemodel({ name: "net", layers });
  };
  folder.write("a.caffemodel", large(3));
  folder.write("b.caffemodel", large(4));
  const [row] = JSON.parse(await folder.done("weights", "a.caffemodel", "b.caffemodel", "--json"));
  assert.deepEqual([row.least, row.largest, row.difference], [0, 3, 0.25]);
  await folder.done("weights", "a.caffemodel", "-o", "a.npz");
  const { data } = readWeights(large(3)).get("ip")![0]!;
  assert.deepEqual((await folder.arrays("a.npz")).get("ip:0")!.data, data);
});
