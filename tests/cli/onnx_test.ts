/** ONNX on the command line. */
import assert from "node:assert/strict";
import { Folder, pathOf } from "./command.ts";

Deno.test("a network becomes an ONNX model", async () => {
  using folder = new Folder();
  const text = await folder.done(
    ...["convert", pathOf("examples/digits/deploy.prototxt")],
    ...[pathOf("examples/digits/digits.caffemodel"), "--onnx-output-path", "digits.onnx"],
  );
  assert.match(text, /\nWrote digits\.onnx \(18\d\.\d kB\)\n$/);
  assert.deepEqual(folder.files, ["digits.onnx"]);
});

Deno.test("what ONNX has no operators for is listed with the option that leaves it out", async () => {
  using folder = new Folder();
  folder.write(
    "net.prototxt",
    `input: "loc" input_shape { dim: 1 dim: 8 } input: "conf" input_shape { dim: 1 dim: 4 }
     input: "priors" input_shape { dim: 1 dim: 2 dim: 8 }
     layer { name: "scores" type: "Sigmoid" bottom: "conf" top: "scores" }
     layer { name: "found" type: "DetectionOutput" bottom: "loc" bottom: "scores" bottom: "priors"
       top: "found" detection_output_param { num_classes: 2 nms_param { top_k: 4 } keep_top_k: 2 } }`,
  );
  const command = ["convert", "net.prototxt", "--onnx-output-path", "net.onnx"];
  const { code, stderr } = await folder.kaffe(...command);
  assert.equal(code, 1);
  assert.match(stderr, /"found" \(detectionOutput\): .*, --outputs scores$/m);
  assert.deepEqual(folder.files, ["net.prototxt"]);
  await folder.done(...command, "--outputs", "scores");
  assert.deepEqual(folder.files, ["net.onnx", "net.prototxt"]);
});
