/**
 * The encodings of network files that are read, and the files that are refused.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { encode } from "../../proto/encode_tree.ts";
import { float, message, nested, repeated, string, uint32 } from "../../proto/mod.ts";

Deno.test("readNet() reports the kind of a file that is not a network", () => {
  const refusal = (bytes: Uint8Array | string) => {
    const file = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    assert.throws(() => readNet(file, { file: "net" }), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      message = error.message;
      return true;
    });
    return message;
  };
  let message = "";
  assert.equal(refusal(""), "Cannot read net: it is empty");
  assert.equal(refusal(new Uint8Array([0x89, 0x48, 0x44, 0x46])).includes("HDF5"), true);
  assert.match(refusal("<!DOCTYPE html>"), /^Cannot read net: it is a web page; download/);
  assert.match(refusal(new Uint8Array([0x50, 0x4b, 3, 4])), /^Cannot read net: it is a zip/);
  assert.match(refusal("layer { type: CONVOLUTION }"), /LayerParameter.type must be a string/);
});

Deno.test("a prototxt may be in UTF-16, as PowerShell's redirection writes it", () => {
  const text = '\ufefflayer { name: "caf\u00e9" type: "ReLU" }\r\n';
  for (const littleEndian of [true, false]) {
    const view = new DataView(new ArrayBuffer(2 * text.length));
    for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
    const { layers: [layer] } = readNet(new Uint8Array(view.buffer));
    assert.equal(layer!.name, "café");
  }
});

Deno.test("a text file may end with Ctrl-Z", () => {
  const text = 'name: "n" layer { name: "a" type: "ReLU" bottom: "x" top: "x" }';
  for (const end of ["\x1a", "\r\n\x1a", "\0\0\0"]) {
    const { name, layers } = readNet(new TextEncoder().encode(text + end));
    assert.deepEqual([name, layers.length], ["n", 1]);
  }
});

Deno.test("comments of a text file may have control characters, as ISO-2022-JP has", () => {
  const text = '# \x1b$B>v$_9~$_\x1b(B\nname: "n" layer { name: "a" type: "ReLU" }';
  assert.equal(readNet(new TextEncoder().encode(text)).name, "n");
  assert.throws(() => readNet(new TextEncoder().encode(`${text}\n\0${text}`), { file: "net" }), {
    message: "Cannot read net:3:1: expected a field, but found byte 0x00",
  });
});

Deno.test("readNet() reads V0's field numbers", () => {
  const Layer = message("V0LayerParameter", {
    name: string(1),
    type: string(2),
    scale: float(17),
    meanfile: string(18),
    cropsize: uint32(20),
  });
  const Connection = message("V0LayerConnection", { layer: nested(1, Layer), top: string(3) });
  const Net = message("NetParameter", { layers: repeated(nested(2, Connection)) });
  const layer = { name: "d", type: "data", scale: 0.5, meanfile: "mean", cropsize: 8 };
  const { layers } = readNet(encode(Net, { layers: [{ layer, top: "x" }] }));
  assert.deepEqual(layers.map(({ name, type, tops }) => [name, type, tops]), [["d", "Data", [
    "x",
  ]]]);
  const { scale, meanFile, crop } = layers[0]!.transform!;
  assert.deepEqual([scale, meanFile, crop], [0.5, "mean", [8, 8]]);
});
