/**
 * Networks of full size against Caffe: written as graph models, and run by TensorFlow.js on its
 * backend `wasm`.
 */
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeGraphModel } from "../../lib/emit/tfjs/graph_model.ts";
import { difference, readNpz, sample } from "../golden.ts";
import { hasShared, shared } from "../shared.ts";
import { loadFiles, predict } from "../tensorflow.ts";
import { caffemodelOf, inputOf, readRecipe, wellKnown } from "./recipe.ts";

for (const name of wellKnown) {
  Deno.test({
    name: `${name} equals Caffe as a graph model`,
    ignore: !hasShared(`goldens/nets/${name}.prototxt`),
    fn: () => check(name),
  });
}

async function check(name: string): Promise<void> {
  await tf.setBackend("wasm");
  const recipe = readRecipe(name);
  const golden = await readNpz(new URL(`goldens/nets/${name}.npz`, shared));
  const prototxt = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
  const model = convert({ bytes: prototxt, name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const loaded = await loadFiles(writeGraphModel(model));
  try {
    const inputs = new Map([[recipe.input.blob, inputOf(recipe)]]);
    const { outputs } = model.graph;
    const results = await predict(loaded, inputs, outputs);
    for (const output of outputs) {
      const values = sample(results.get(output)!, golden.get(`${output}@index`)?.data);
      const distance = difference(values, golden.get(output)!.data);
      assert(distance <= 1e-4, `${output} is off by ${distance} of its largest value`);
    }
  } finally {
    loaded.dispose();
  }
}
