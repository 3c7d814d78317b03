/**
 * Weights in HDF5 files: one that Caffe wrote, and variants of it.
 */
import assert from "node:assert/strict";
import { gunzipSync } from "fflate";
import { readNet } from "../../lib/caffe/read.ts";
import { readHdf5 } from "../../lib/hdf5/mod.ts";
import { convert, readWeights } from "../../mod.ts";
import { namedValues } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import packed from "./hdf5_files.json" with { type: "json" };

const prototxt = `
  name: "h5"
  layer { name: "data" type: "Input" top: "data"
    input_param { shape { dim: 1 dim: 2 dim: 4 dim: 5 } } }
  layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
    convolution_param { num_output: 2 kernel_size: 3
      weight_filler { type: "xavier" } bias_filler { type: "uniform" min: -1 max: 1 } } }
  layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
  layer { name: "left" type: "InnerProduct" bottom: "conv1" top: "left"
    param { name: "shared" } param { name: "own" } inner_product_param { num_output: 3
      weight_filler { type: "xavier" } bias_filler { type: "uniform" min: -1 max: 1 } } }
  layer { name: "right" type: "InnerProduct" bottom: "conv1" top: "right"
    param { name: "shared" } param { name: "other" } inner_product_param { num_output: 3
      weight_filler { type: "xavier" } bias_filler { type: "uniform" min: -1 max: 1 } } }
  layer { name: "sum" type: "Eltwise" bottom: "left" bottom: "right" top: "sum"
    eltwise_param { coeff: 1 coeff: -2 } }`;

/** What Caffe computes of these weights. */
const answer = [-0.702609777, 0.810061812, 1.74439383];

type Name = keyof typeof packed;

const bytesOf = (name: Name) => gunzipSync(Uint8Array.from(atob(packed[name]), toByte));
const toBytes = (text: string) => new TextEncoder().encode(text);
const toByte = (letter: string) => letter.charCodeAt(0);

const converted = (bytes: Uint8Array) =>
  convert({ bytes: new TextEncoder().encode(prototxt), name: "deploy.prototxt" }, {
    caffemodel: { bytes, name: "weights.h5" },
  });

for (
  const name of [
    "caffe",
    "newest",
    "ordered",
    "doubles",
    "big endian",
    "linked",
    "more beside",
    "compressed",
  ] as const
) {
  Deno.test(`weights in an HDF5 file (${name}) give Caffe's answer`, async () => {
    const { graph } = converted(bytesOf(name));
    const data = Float32Array.from({ length: 40 }, (_, i) => (i % 17 - 8) / 8);
    const wanted = namedValues(graph).get("sum")!;
    const [sum] = await runReference(graph, [{ shape: [1, 2, 4, 5], data }], [wanted]);
    const actual = Array.from(sum!.data);
    assert.equal(actual.length, answer.length);
    actual.forEach((x, i) => assert.ok(Math.abs(x - answer[i]!) < 1e-6, `${actual}`));
  });
}

Deno.test("an HDF5 file has shared blobs in one layer only", () => {
  const { layers } = readNet(bytesOf("caffe"), { file: "weights.h5" });
  const shapes = layers.map(({ name, blobs }) => [name, ...blobs.map(({ shape }) => `${shape}`)]);
  assert.deepEqual(shapes, [
    ["conv1", "2,2,3,3", "2"],
    ["left", "3,12", "3"],
    ["right", "0", "3"],
  ]);
});

Deno.test("arrays with several links are read once", () => {
  const arrays = readHdf5(bytesOf("linked"), "data", "weights.h5");
  const [one, other] = ["data/conv1/0", "data/again_conv1/0"]
    .map((path) => arrays.find((array) => array.path === path)!);
  assert.deepEqual(other!.shape, [2, 2, 3, 3]);
  assert.equal(other!.data, one!.data);
});

Deno.test("integers in an HDF5 file are read as in Caffe, as numbers", () => {
  const [weights, whole] = (["caffe", "whole numbers"] as const)
    .map((name) => readHdf5(bytesOf(name), "data", "weights.h5")[0]!);
  assert.deepEqual(whole!.data, weights!.data.map((x) => Math.trunc(Math.fround(x * 100))));
});

Deno.test("blobs of a compressed HDF5 file are those of the file it was made of", () => {
  const expected = readWeights(bytesOf("caffe"));
  assert.ok(expected.has("conv1"));
  assert.deepEqual(readWeights(bytesOf("compressed"), "weights.h5"), expected);
});

const refused: readonly (readonly [Name, RegExp])[] = [
  ["dense links", /: its group \/data is stored in HDF5's newest format; h5repack -c 60000 /],
  ["committed type", /: \/data\/conv1\/0 has a shared datatype; copy its numbers .* with h5py$/],
  ["soft links", /: \/data\/again_conv1\/0 is a soft or external link; in h5py, old\.copy\(/],
  ["newest soft links", /: \/data\/again_conv1\/0 is a soft or external link; /],
  [
    "other names",
    /: it has an array \/data\/conv1\/0_W, but Caffe calls the blobs of a layer 0, 1/,
  ],
  ["solver", /has no group "data" with arrays, .* a solver's state is no network/],
];
for (const [name, reason] of refused) {
  Deno.test(`an HDF5 file (${name}) is refused with the reason`, () => {
    assert.throws(() => converted(bytesOf(name)), { name: "SyntaxError", message: reason });
    assert.throws(() => converted(bytesOf(name)), { message: /^Cannot read weights\.h5: / });
  });
}

Deno.test("an HDF5 file with a newer superblock is refused with its version", () => {
  assert.throws(() => converted(bytesOf("caffe").with(8, 4)), {
    name: "SyntaxError",
    message: /^Cannot read weights\.h5: its HDF5 superblock has the version 4; h5repack /,
  });
});

Deno.test("an HDF5 file alone is not a network", () => {
  assert.throws(() => convert({ bytes: bytesOf("caffe"), name: "weights.h5" }), {
    name: "TypeError",
    message: "Cannot convert weights.h5 alone: an HDF5 file holds weights and no network; give " +
      "the prototxt as the network, and weights.h5 as its caffemodel",
  });
});

for (const name of ["caffe", "newest", "compressed"] as const) {
  Deno.test(`a damaged HDF5 file (${name}) is refused, or read`, () => {
    const whole = bytesOf(name);
    const tryToRead = (bytes: Uint8Array) => {
      try {
        readHdf5(bytes, "data", "weights.h5");
      } catch (error) {
        assert.ok(error instanceof SyntaxError, `${error}`);
      }
    };
    for (let length = 8; length < whole.length; length += 97) {
      tryToRead(whole.slice(0, length));
    }
    for (let i = 8; i < whole.length; i += 5) {
      for (const byte of [0, 0xff, whole[i]! ^ 1]) {
        const bytes = whole.slice();
        bytes[i] = byte;
        tryToRead(bytes);
      }
    }
  });
}

/** A file whose root has a B-tree in which all entries of a node refer to the same one. */
function withTree(levels: readonly number[], symbols: number): Uint8Array {
  const file = bytesOf("caffe");
  const entries = 1000, nodeSize = 24 + 16 * entries, tableSize = 8 + 40 * symbols;
  const bytes = new Uint8Array(file.length + levels.length * nodeSize + tableSize);
  bytes.set(file);
  const view = new DataView(bytes.buffer), table = bytes.length - tableSize;
  for (const level of levels) {
    const start = table - level * nodeSize;
    bytes.set(toBytes("TREE"), start);
    view.setUint8(start + 5, level);
    view.setUint16(start + 6, entries, true);
    for (let i = 0; i < entries; i++) {
      view.setBigUint64(start + 32 + 16 * i, BigInt(start + nodeSize), true);
    }
  }
  bytes.set(toBytes("SNOD"), table);
  view.setUint16(table + 6, symbols, true);
  // The first message of the root's header has the address of its B-tree.
  const root = Number(view.getBigUint64(64, true));
  view.setBigUint64(root + 24, BigInt(file.length), true);
  return bytes;
}

Deno.test("B-trees of an HDF5 file that refer to one node again and again are refused soon", () => {
  for (const bytes of [withTree([1, 2, 3, 4, 5], 0), withTree([1], 1000)]) {
    assert.throws(() => readHdf5(bytes, "data", "weights.h5"), {
      name: "SyntaxError",
      message: "Cannot read weights.h5: its groups form a cycle, or are too many",
    });
  }
});

Deno.test("a file that is none of HDF5 is refused", () => {
  assert.throws(() => readHdf5(toBytes("layer {}"), "data", "weights.h5"), {
    name: "SyntaxError",
    message: "Cannot read weights.h5: it is no HDF5 file, or does not start as one",
  });
});
