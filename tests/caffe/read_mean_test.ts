import assert from "node:assert/strict";
import { readMean } from "../../lib/caffe/read.ts";
import { BlobProto } from "../../lib/caffe/schema.ts";
import { writeNpy } from "../../lib/emit/npy.ts";
import { encode } from "../../proto/encode_tree.ts";

Deno.test("readMean() reads a mean image", () => {
  const data = new Float32Array([1, 2, 3, 4, 5, 6]);
  const file = encode(BlobProto, { num: 1, channels: 3, height: 1, width: 2, data });
  assert.deepEqual(readMean(file), { shape: [1, 3, 1, 2], data });
  assert.throws(() => readMean(encode(BlobProto, { num: 2, data }), "mean.binaryproto"), {
    name: "SyntaxError",
    message: "Cannot read mean.binaryproto: the blob is [2, 0, 0, 0], " +
      "which needs 0 values, but it holds 6",
  });
});

Deno.test("a mean may be an array of NumPy's, but not one without numbers", () => {
  const image = { shape: [3, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  assert.deepEqual(readMean(writeNpy(image), "mean.npy"), image);
  const none = { shape: [3, 0, 2], data: new Float32Array(0) };
  assert.throws(() => readMean(writeNpy(none), "mean.npy"), {
    message: "Cannot read mean.npy: it has no numbers",
  });
  // The tags and values of num, channels, height and width.
  const blob = Uint8Array.of(0x08, 1, 0x10, 3, 0x18, 0, 0x20, 0);
  assert.throws(() => readMean(blob, "mean.binaryproto"), {
    message: "Cannot read mean.binaryproto: it has no numbers",
  });
});
