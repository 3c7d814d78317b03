import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { blobMessage } from "../../lib/caffe/blob.ts";
import { BlobProto } from "../../lib/caffe/schema.ts";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { encode } from "../../proto/encode_tree.ts";
import { doubling, Folder, pathOf, withDoubling } from "./command.ts";

const digits = pathOf("examples/digits/deploy.prototxt");

Deno.test("inspect prints a network's layers and costs, also without weights", async () => {
  using folder = new Folder();
  const text = await folder.done("inspect", digits);
  assert.match(text, /network "digits", from data \[1, 1, 28, 28\] to prob\n/);
  assert.match(text, /^conv2 +Convolution +\[1, 24, 8, 8\] +7\.22 k +461 k +6\.1 kB$/m);
  const [{ kind, totals, layers }] = JSON.parse(await folder.done("inspect", digits, "--json"));
  assert.equal(kind, "network");
  assert.deepEqual(totals, { layers: 8, parameters: 45466, macs: 671424, memory: 46224 });
  assert.deepEqual(layers[1], {
    name: "conv1",
    type: "Convolution",
    shape: [1, 12, 24, 24],
    parameters: 312,
    macs: 172800,
    memory: 27648,
  });
});

Deno.test("layers of networks that cannot be converted are listed, with the reason", async () => {
  using folder = new Folder();
  const blobs = [[12, 1, 5, 5], [12]].map((shape) => ({
    shape,
    data: new Float32Array(shape.reduce((product, extent) => product * extent)),
  }));
  folder.write(
    "weights.caffemodel",
    writeCaffemodel({
      name: "shapeless",
      layers: [
        { name: "data", type: "Input", bottoms: [], tops: ["data"], blobs: [] },
        { name: "conv1", type: "Convolution", bottoms: ["data"], tops: ["conv1"], blobs },
      ],
    }),
  );
  const { code, stdout, stderr } = await folder.kaffe("inspect", "weights.caffemodel");
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^Warning: shapes and costs are not known: Cannot convert layer "data" \(Input\): the shape of/,
  );
  assert.match(stdout, /^conv1 +Convolution +conv1 +\[12, 1, 5, 5\] \[12\]$/m);
  folder.write("new.prototxt", 'layer { name: "n" type: "Novel" top: "n" }');
  const json = JSON.parse(await folder.done("inspect", "new.prototxt", "--json"));
  assert.match(json[0].missing, /layer "n" \(Novel\)/);
  assert.deepEqual(json[0].layers, [
    { name: "n", type: "Novel", bottoms: [], tops: ["n"], blobs: [] },
  ]);
});

Deno.test("a bundle's nodes and metadata are printed", async () => {
  using folder = new Folder();
  folder.write("net", doubling);
  await folder.done("convert", "net", "--data-output-path", "m.npz");
  const text = await folder.done("inspect", "m.npz");
  assert.match(text, /^m\.npz: bundle "doubling", from data \[1, 3\] to relu\n/);
  assert.match(text, /^preprocessing: none\nlabels: none\nprovenance: converter kaffe/m);
  const [{ kind, nodes }] = JSON.parse(await folder.done("inspect", "m.npz", "--json"));
  assert.equal(kind, "bundle");
  assert.deepEqual(nodes.map(({ type }: { type: string }) => type), ["Input", "affine", "relu"]);
});

Deno.test("arrays, archives of arrays and mean images are recognized", async () => {
  using folder = new Folder();
  const image = { shape: [1, 2, 1, 2], data: Float32Array.of(1, 2, 3, 5) };
  folder.writeArray("a.npy", image);
  folder.writeArrays("a.npz", [["fire2/concat", image], ["x", {
    shape: [],
    data: new Float32Array(1),
  }]]);
  folder.write("mean.binaryproto", encode(BlobProto, blobMessage(image)));
  const files = ["a.npy", "a.npz", "mean.binaryproto"];
  const text = await folder.done("inspect", ...files);
  assert.match(text, /^a\.npy: an array of the shape \[1, 2, 1, 2\]\n/);
  assert.match(text, /^fire2\/concat +\[1, 2, 1, 2\] +4$/m);
  assert.match(text, /shape \[1, 2, 1, 2\]; the mean of each channel is 1\.500, 4\.000\n$/);
  const json = JSON.parse(await folder.done("inspect", "--json", ...files));
  assert.deepEqual(json.map(({ kind }: { kind: string }) => kind), ["array", "arrays", "mean"]);
  assert.deepEqual(json[2].means, [1.5, 4]);
});

Deno.test("a zip without arrays is no archive of arrays", async () => {
  using folder = await withDoubling();
  folder.write("both.zip", zipSync({ "deploy.prototxt": new TextEncoder().encode(doubling) }));
  for (const args of ["inspect both.zip", "verify m.npz --golden both.zip --device cpu"]) {
    const { code, stdout, stderr } = await folder.kaffe(...args.split(" "));
    assert.equal(
      stderr,
      "Cannot read both.zip: it is a zip; unpack it, and give the files that are in it\n",
    );
    assert.deepEqual([code, stdout], [1, ""]);
  }
});
