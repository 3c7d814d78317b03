/**
 * Graph models on the webgpu backend of TensorFlow.js, for what other backends compute differently.
 */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeGraphModel } from "../../lib/emit/tfjs/graph_model.ts";
import { runReference } from "../../runtime/reference.ts";
import { hasGpu } from "../gpu.ts";
import { difference } from "../golden.ts";
import { inputText } from "../input_text.ts";
import { Random } from "../random.ts";
import { loadFiles, predict } from "../tensorflow.ts";

const convolution = `layer { name: "y" type: "Convolution" bottom: "x" top: "y"
  convolution_param { num_output: 2 kernel_size: 3 pad: 1 weight_filler { value: 0.5 } } }`;

const cases = [{
  does: "pads volumes",
  text: inputText("x", [2, 2, 4, 3, 5]) + convolution,
}, {
  does: "reverses an axis of five",
  text: inputText("x", [2, 2, 4, 3, 5]) +
    `layer { name: "y" type: "Reverse" bottom: "x" top: "y" reverse_param { axis: 2 } }`,
}, {
  does: "adds 0, and accumulates along axis 0",
  text: inputText("x", [2, 1, 2, 3]) + inputText("flow", [2, 2, 2, 3]) +
    `layer { name: "y" type: "FlowWarp" bottom: "x" bottom: "flow" top: "y" }`,
}, {
  does: "compares with 0, and pads with it",
  text: inputText("x", [2, 2, 5, 5]) +
    `layer { name: "elu" type: "ELU" bottom: "x" top: "elu" elu_param { alpha: 0.5 } }
     layer { name: "y" type: "Pooling" bottom: "elu" top: "y"
       pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 } }`,
}];

for (const { does, text } of cases) {
  Deno.test({
    name: `webgpu ${does}, in every run`,
    ignore: !hasGpu,
    async fn() {
      await tf.setBackend("webgpu");
      const converted = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
      const { graph } = converted, random = new Random(1);
      const inputs = graph.inputs.map(({ shape }) => random.tensor(shape, -1, 1));
      const [expected] = await runReference(graph, inputs, [graph.names.get("y")!]);
      const model = await loadFiles(writeGraphModel(converted));
      const fed = new Map(graph.inputs.map(({ name }, i) => [name, inputs[i]!]));
      for (let run = 0; run < 2; run++) {
        const { shape, data } = (await predict(model, fed, ["y"])).get("y")!;
        assert.deepEqual(shape, expected!.shape);
        assert(difference(data, expected!.data) < 1e-5, `run ${run}`);
      }
      model.dispose();
    },
  });
}
