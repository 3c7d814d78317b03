import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { layerParam, writeCaffemodel, writeMean } from "../../lib/caffe/write.ts";
import { enumeration, message, uint32 } from "../../proto/mod.ts";

const inner_product = {
  name: "inner_product_param",
  number: 117,
  message: message("InnerProductParameter", { num_output: uint32(1), axis: uint32(5, 1) }),
};
const layer = {
  name: "__proto__",
  type: "InnerProduct",
  bottoms: ["data"],
  tops: ["a", "b"],
  blobs: [
    { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
    { shape: [], data: new Float32Array([7]) },
  ],
};

Deno.test("writeCaffemodel() writes what readNet() reads", () => {
  const settings = layerParam(inner_product, { num_output: 2 });
  const file = writeCaffemodel({
    name: "net",
    layers: [{ ...layer, params: [settings] }, { ...layer, name: "plain", blobs: [] }],
  });
  const { name, layers: [first, second] } = readNet(file);
  assert.equal(name, "net");
  assert.equal(first!.name, "__proto__");
  assert.equal(first!.type, "InnerProduct");
  assert.deepEqual([first!.bottoms, first!.tops], [layer.bottoms, layer.tops]);
  assert.deepEqual(first!.blobs, layer.blobs.map((blob) => ({ ...blob, legacy: false })));
  assert.deepEqual(first!.param(inner_product), { num_output: 2, axis: 1 });
  assert.ok(!second!.hasParam(inner_product));
});

Deno.test("writeCaffemodel() writes the fields of the current format", () => {
  const file = writeCaffemodel({
    name: "n",
    layers: [{
      name: "ip",
      type: "T",
      bottoms: [],
      tops: [],
      blobs: [{ shape: [1], data: new Float32Array([1]) }],
    }],
  });
  assert.deepEqual([...file], [
    ...[0x0a, 1, 0x6e], // name: "n"
    ...[0xa2, 0x06, 19], // layer {
    ...[0x0a, 2, 0x69, 0x70, 0x12, 1, 0x54], // name: "ip" type: "T"
    ...[0x3a, 10], // blobs {
    ...[0x2a, 4, 0, 0, 0x80, 0x3f], // data: 1 }
    ...[0x3a, 2, 0x08, 1], // shape { dim: 1 } }
  ]);
});

Deno.test("writeCaffemodel() writes files that can be concatenated", () => {
  const parts = [
    writeCaffemodel({ name: "net", layers: [] }),
    writeCaffemodel({ name: "", layers: [layer] }),
    writeCaffemodel({ name: "", layers: [{ ...layer, name: "second" }] }),
  ];
  const { name, layers } = readNet(new Uint8Array(parts.flatMap((part) => [...part])));
  assert.equal(name, "net");
  assert.deepEqual(layers.map((layer) => layer.name), ["__proto__", "second"]);
});

Deno.test("writeCaffemodel() refuses a blob that does not fill its shape", () => {
  const blobs = [{ shape: [2, 2], data: new Float32Array(3) }];
  assert.throws(() => writeCaffemodel({ name: "net", layers: [{ ...layer, name: "ip", blobs }] }), {
    name: "TypeError",
    message: 'Cannot write layer "ip" (InnerProduct): blob 0 is [2, 2], ' +
      "which needs 4 values, but it holds 3",
  });
});

Deno.test("writeMean() refuses an image that does not fill its shape", () => {
  assert.throws(() => writeMean({ shape: [1, 3, 2, 2], data: new Float32Array(4) }), {
    name: "TypeError",
    message: "Cannot write the mean image: it is [1, 3, 2, 2], which needs 12 values, " +
      "but it holds 4",
  });
});

Deno.test("layers of different types may have different settings in one field", () => {
  const other = { ...inner_product, message: message("Other", { rate: uint32(7) }) };
  const { layers: [first, second] } = readNet(writeCaffemodel({
    name: "net",
    layers: [
      { ...layer, params: [layerParam(inner_product, { num_output: 2 })] },
      { ...layer, params: [layerParam(other, { rate: 3 })] },
    ],
  }));
  assert.deepEqual(first!.param(inner_product), { num_output: 2, axis: 1 });
  assert.deepEqual(second!.param(other), { rate: 3 });
});

Deno.test("settings and blobs that cannot be written are refused", () => {
  const write = (changed: object) =>
    writeCaffemodel({ name: "net", layers: [{ ...layer, name: "ip", ...changed }] });
  assert.throws(() => write({ params: [{ field: inner_product, value: { num_outputs: 2 } }] }), {
    message: 'Cannot write layer "ip" (InnerProduct): InnerProductParameter has no field ' +
      '"num_outputs" (did you mean "num_output"?)',
  });
  const norm = message("Norm", { mode: enumeration(1, { SUM: 0, MEAN: 1 }, "SUM") });
  const field = { ...inner_product, message: norm };
  assert.throws(() => write({ params: [{ field, value: { mode: "MAX" } }] }), {
    message: 'Cannot write "MAX": it must be one of SUM, MEAN',
  });
  assert.throws(() => write({ blobs: [{ shape: [2], data: [1, 2] }] }), {
    message:
      'Cannot write layer "ip" (InnerProduct): blob 0 must hold its values in a Float32Array',
  });
});
