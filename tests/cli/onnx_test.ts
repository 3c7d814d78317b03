/** ONNX on the command line. */
import assert from "node:assert/strict";
import { Folder, pathOf } from "./command.ts";

Deno.test("convert writes an ONNX model", async () => {
  using folder = new Folder();
  const text = await folder.done(
    ...["convert", pathOf("examples/digits/deploy.prototxt")],
    ...[pathOf("examples/digits/digits.caffemodel"), "--onnx-output-path", "digits.onnx"],
  );
  assert.match(text, /\nWrote digits\.onnx \(18\d\.\d kB\)\n$/);
  assert.deepEqual(folder.files, ["digits.onnx"]);
});

Deno.test("nodes that ONNX cannot express are listed with the option that excludes them", async () => {
  using folder = new Folder();
  folder.write(
    "net.prototxt",
    `input: "data" input_shape { dim: 2 dim: 3 } input: "which" input_shape { dim: 2 }
     layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
     layer { name: "rows" type: "Filter" bottom: "relu" bottom: "which" top: "rows" }`,
  );
  const command = ["convert", "net.prototxt", "--onnx-output-path", "net.onnx"];
  const { code, stderr } = await folder.kaffe(...command);
  assert.equal(code, 1);
  assert.match(stderr, /"rows" \(selectRows\): .*, --outputs relu$/m);
  assert.deepEqual(folder.files, ["net.prototxt"]);
  await folder.done(...command, "--outputs", "relu");
  assert.deepEqual(folder.files, ["net.onnx", "net.prototxt"]);
});
