import assert from "node:assert/strict";
import { foreignKind } from "../../lib/caffe/file_kind.ts";

/** The first bytes of files as characters, and the expected description where a network is needed. */
const cases: Readonly<Record<string, RegExp | undefined>> = {
  "\x0a\x04name\xa2\x06": undefined,
  '\n# a comment\n# another\nname: "n"\nlayer {': undefined,
  "\x89HDF\r\n": /HDF5 file.*as the caffemodel/,
  "\xff\xd8\xff": /a picture/,
  "MATLAB 5.0 MAT-file, Platform: GLNXA64": /MATLAB's/,
  "n\0a\0m\0e\0:\0": /text in UTF-16 without its mark; save it in UTF-8/,
  "\0\n\0n\0a\0m\0e": /text in UTF-16 without its mark/,
  "\x1f\x8b\x08": /compressed; unpack it first/,
  [`deploy.prototxt${"\0".repeat(242)}ustar`]: /a tar archive/,
  [`PK\x03\x04${"\0".repeat(26)}model.json`]: /a bundle, .*kaffe run/,
  [`PK\x03\x04${"\0".repeat(26)}archive/data.pkl`]: /PyTorch's/,
  [`PK\x03\x04${"\0".repeat(26)}conv1.npy`]: /NumPy's arrays/,
  [`PK\x03\x04${"\0".repeat(26)}deploy.prototxt`]: /a zip; unpack it/,
  "version https://git-lfs.github.com/spec/v1": /git lfs pull/,
  "\xef\xbb\xbf\n<!DOCTYPE html>": /a web page; download the file itself/,
  "404: Not Found": /the answer of a server .* download it again/,
  "Entry not found\n": /the answer of a server/,
  "not found: 1": undefined,
  '{"format": "layers-model"}': /JSON/,
  "\x1c\0\0\0TFL3": /TensorFlow Lite's/,
  '\x40\0\0\0\0\0\0\0{"w":': /safetensors/,
  "\x80\x02\x8a\nl": /PyTorch's models/,
  "# yolo\n[net]\nbatch=1": /Darknet's/,
  'net: "train_val.prototxt"\nbase_lr: 0.01': /a solver, .*"net:"/,
  'train_state { stage: "a" }\nsolver_mode: GPU': /a solver/,
  'net_param {\n  layer { name: "a" }\n}\nmax_iter: 9': /a solver, .* net_param/,
  'max_iter: 9\ntrain_net_param: {\n  name: "a"': /a solver, .* net_param/,
  "layer { # }\n  crf_param { dense_crf_param {\n max_iter: 10": undefined,
  'name: "crf"\nlayer { crf_param {\n max_iter: 10 }\n base_lr: 1 }': undefined,
  "\x08\xe8\x07\x12\x15snap_1000.caffemodel\x1a": /a solverstate/,
  "\x08\x01\x10\x03\x18\x80\x02": /a single blob.*--mean/,
  "\x2a\xc0\x9f\x24\0\0": /a single blob/,
  "\x08\x07\x12\x07pytorch\x1a\x031.9": /ONNX/,
  "\x08\x08\x12\x05kaffe\x42\x04\x0a\x00\x10\x12": /ONNX/,
  "\x0a\x1c\x0a\x05input\x12\x0bPlaceholder": /TensorFlow's/,
  "\x08\x01\x12\xac\xe5\x04\x0a": /TensorFlow's/,
};

for (const [start, expected] of Object.entries(cases)) {
  Deno.test(`a file is recognized by its first bytes: ${expected ?? "a network"}`, () => {
    const kind = foreignKind(bytesOf(start), "network");
    if (expected === undefined) assert.equal(kind, undefined);
    else assert.match(kind!, expected);
  });
}

Deno.test("a file in the wrong role is recognized", () => {
  const network = bytesOf('name: "n"\nlayer {'), mean = bytesOf("\x08\x01\x10\x03");
  assert.match(foreignKind(network, "bundle")!, /in text; kaffe convert makes a bundle/);
  assert.equal(foreignKind(network, "mean"), "a network of Caffe's in text");
  assert.equal(foreignKind(mean, "mean"), undefined);
  assert.equal(foreignKind(bytesOf("tench\ngoldfish"), "labels"), undefined);
  const npz = bytesOf(`PK\x03\x04${"\0".repeat(26)}mean.npy`);
  assert.equal(foreignKind(npz, "mean"), "an archive of NumPy's arrays");
  const map = bytesOf('# SSD\nitem {\n name: "a"');
  assert.equal(foreignKind(map, "labels"), undefined);
  assert.match(foreignKind(map, "network")!, /^a label map, the names of classes; .* --labels$/);
});

Deno.test("recognizing a file takes bounded time", () => {
  const begin = performance.now();
  for (const start of ["# ", "a: ", "\n", "name: a ", "\x0a\x80", "\x80"]) {
    foreignKind(bytesOf(start.repeat(1000)), "network");
  }
  const took = performance.now() - begin;
  assert(took < 5000, `it took ${took} ms`);
});

function bytesOf(start: string): Uint8Array {
  return Uint8Array.from(start, (char) => char.charCodeAt(0));
}
