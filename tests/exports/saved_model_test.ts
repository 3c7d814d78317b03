/** SavedModels in TensorFlow itself. */
import assert from "node:assert/strict";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { convert } from "../../lib/convert.ts";
import { writeSavedModel } from "../../lib/emit/tfjs/saved_model/saved_model.ts";
import { wellKnown } from "../networks/recipe.ts";
import { refusedByTensorFlow } from "../tensorflow_skips.ts";
import { hasPython, pythonForTests } from "./python.ts";
import { testRecordings, writeFiles } from "./recordings.ts";

const python = pythonForTests("check_saved_models.py");

testRecordings({
  name: "a SavedModel in TensorFlow",
  networks: wellKnown,
  write: writeSavedModel,
  refused: refusedByTensorFlow,
}, python);

const text = `input: "data" input_shape { dim: 2 dim: 3 dim: 5 dim: 5 }
  layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
    convolution_param { num_output: 4 kernel_size: 3 weight_filler { type: "xavier" } } }
  layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "conv" }
  layer { name: "conv/weights/Read/ReadVariableOp" type: "ReLU" bottom: "conv" top: "conv" }
  layer { name: "é.ip" type: "InnerProduct" bottom: "conv" top: "ip"
    inner_product_param { num_output: 6 bias_term: false weight_filler { type: "xavier" } } }
  layer { name: "prob" type: "Softmax" bottom: "ip" top: "prob" }`;

Deno.test({
  name: "the weights of a SavedModel can be trained, statistics of batch normalization cannot",
  ignore: !hasPython,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "kaffe-test-" });
    try {
      const numbers = (count: number) =>
        Float32Array.from({ length: count }, (_, i) => 1.5 + Math.sin(i));
      const layers = [
        ["conv", [[4, 3, 3, 3], [4]]],
        ["bn", [[4], [4], [1]]],
        ["é.ip", [[6, 36]]],
      ] as const;
      const bytes = writeCaffemodel({
        name: "small",
        layers: layers.map(([name, shapes]) => ({
          name,
          type: "",
          bottoms: [],
          tops: [],
          blobs: shapes.map((shape) => {
            return { shape, data: numbers(shape.reduce<number>((a, b) => a * b, 1)) };
          }),
        })),
      });
      const model = convert({ bytes: new TextEncoder().encode(text), name: "small.prototxt" }, {
        caffemodel: { bytes, name: "small.caffemodel" },
        transforms: [],
      });
      writeFiles(folder, writeSavedModel(model));
      const { small } = await python.process.run([{ name: "small", model: folder, trained: true }]);
      assert.deepEqual(small, {
        "conv/weights:0": "[3, 3, 3, 4]",
        "conv/biases:0": "[4]",
        "bn/mean:0": "none",
        "bn/variance:0": "none",
        ".ip/weights:0": "[6, 36]",
        "TensorFlow 1 restores": 5,
        "TensorFlow 1 trains": 3,
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
