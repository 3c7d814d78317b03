import assert from "node:assert/strict";
import { readBlob } from "../../lib/caffe/blob.ts";
import { BlobProto } from "../../lib/caffe/schema.ts";
import { encode, type Writable } from "../../proto/encode_tree.ts";
import { deferredBytes, numbersOf, readBinary } from "../../proto/mod.ts";

type Given = Writable<NonNullable<typeof BlobProto["__value"]>>;

const read = (blob: Given) => {
  const message = readBinary(encode(BlobProto, blob), "net").read(BlobProto);
  return readBlob(message, "net.caffemodel", 'blob 0 of layer "conv1"');
};

Deno.test("readBlob() reads single, double and half precision", () => {
  const shape = { dim: [3] };
  const values = new Float32Array([1, -2.5, 0.125]);
  const half = new Uint8Array(new Uint16Array([0x3c00, 0xc100, 0x3000]).buffer);
  const raw = (type: "FLOAT" | "DOUBLE" | "FLOAT16", bytes: Uint8Array): Given => ({
    shape,
    raw_data_type: type,
    raw_data: bytes,
  });
  const blobs: readonly Given[] = [
    { shape, data: values },
    { shape, double_data: new Float64Array(values) },
    raw("FLOAT", new Uint8Array(values.buffer)),
    raw("DOUBLE", new Uint8Array(new Float64Array(values).buffer)),
    raw("FLOAT16", half),
  ];
  for (const blob of blobs) {
    assert.deepEqual(read(blob), { shape: [3], legacy: false, data: values });
  }
});

Deno.test("readBlob() reads numbers as NVCaffe writes them", () => {
  // shape { dim: 1 }, raw_data_type: FLOAT, raw_data: the four bytes of 1.
  const bytes = [0x3a, 3, 0x0a, 1, 1, 0x50, 1, 0x62, 4, 0, 0, 0x80, 0x3f];
  const message = readBinary(Uint8Array.from(bytes), "net").read(BlobProto);
  assert.deepEqual(readBlob(message, "net", "a blob").data, Float32Array.of(1));
});

Deno.test("readBlob() reads all kinds of half-precision numbers", () => {
  const bits = [0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00];
  const { data } = read({
    shape: { dim: [bits.length] },
    raw_data_type: "FLOAT16",
    raw_data: new Uint8Array(new Uint16Array(bits).buffer),
  });
  const least = 2 ** -24;
  assert.deepEqual([...data], [
    ...[0, -0, least, 1023 * least, 2 ** -14, 65504, -65504],
    ...[Infinity, -Infinity, NaN],
  ]);
});

Deno.test("readBlob() reads scalars, empty blobs and legacy shapes", () => {
  const one = new Float32Array([5]);
  assert.deepEqual(read({ shape: {}, data: one }).shape, []);
  assert.deepEqual(read({ shape: { dim: [3, 0] } }).data, new Float32Array(0));
  const legacy = read({ num: 1, channels: 1, height: 1, width: 1, data: one });
  assert.deepEqual([legacy.shape, legacy.legacy], [[1, 1, 1, 1], true]);
});

Deno.test("readBlob() refuses shapes that its values do not fill", () => {
  const data = new Float32Array(12);
  const refusals: readonly (readonly [Given, string])[] = [
    [
      { shape: { dim: [64, 3, 3, 3] }, data },
      "is [64, 3, 3, 3], which needs 1728 values, but it holds 12",
    ],
    [{ data }, "is [], which needs 1 values, but it holds 12"],
    [{}, "is [], which needs 1 values, but it holds 0"],
    [{ shape: { dim: [-3, -4] }, data }, "has the shape [-3, -4]"],
    [
      { shape: { dim: [2 ** 40, 2 ** 40] }, data },
      `is [1099511627776, 1099511627776], which needs ${2 ** 80} values, but it holds 12`,
    ],
    [
      { shape: { dim: [1] }, raw_data_type: "INT", raw_data: new Uint8Array(4) },
      "holds integers (INT), but floating-point numbers are expected",
    ],
    [
      { shape: { dim: [1] }, raw_data_type: "FLOAT16", raw_data: new Uint8Array(3) },
      "holds 3 bytes of FLOAT16, which is no whole number of values",
    ],
  ];
  for (const [blob, problem] of refusals) {
    assert.throws(() => read(blob), {
      name: "SyntaxError",
      message: `Cannot read net.caffemodel: blob 0 of layer "conv1" ${problem}`,
    });
  }
});

Deno.test("large blobs of a partial file are deferred", () => {
  const data = Float32Array.from({ length: 30_000 }, (_, i) => i - 50.5);
  const bytes = encode(BlobProto, { shape: { dim: [30_000] }, data });
  let most = 0;
  const partial = {
    size: bytes.length,
    many: 1000,
    read(position: number, into: Uint8Array) {
      most = Math.max(most, into.length);
      into.set(bytes.subarray(position, position + into.length));
    },
  };
  const blob = readBlob(readBinary(partial, "net").read(BlobProto), "net", "blob 0");
  assert.equal(blob.data.length, data.length);
  assert(most <= 2 ** 14);
  const part = new Uint8Array(8);
  deferredBytes(blob.data)!.read(4 * 50, part);
  assert.deepEqual(new Float32Array(part.buffer), data.slice(50, 52));
  assert.equal(numbersOf(blob.data), blob.data);
  assert.deepEqual(blob.data, data);
  assert.equal(deferredBytes(blob.data), undefined);
  // Few are there at once.
  const few = readBinary({ ...partial, many: 1e9 }, "net").read(BlobProto);
  assert.deepEqual(readBlob(few, "net", "blob 0").data, data);
});
