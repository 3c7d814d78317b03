/**
 * One small network, from its text to its output.
 */
import assert from "node:assert/strict";
import { convert } from "../lib/convert.ts";
import { writeBundle } from "../lib/emit/bundle.ts";
import { Network } from "../runtime/mod.ts";
import { hasGpu } from "./gpu.ts";

/**
 * ```
 * 1 2 3                      (1 + 2) · 0.5    (2 + 3) · 0.5       1.5 2.5
 * 4 5 6   kernel 0.5 0.5  ►  (4 + 5) · 0.5    (5 + 6) · 0.5   =   4.5 5.5   ►   − 4, relu
 * ```
 */
const prototxt = `
name: "tiny"
input: "data" input_shape { dim: 1 dim: 1 dim: 2 dim: 3 }
layer {
  name: "conv" type: "Convolution" bottom: "data" top: "conv"
  convolution_param {
    num_output: 1 kernel_h: 1 kernel_w: 2
    weight_filler { type: "constant" value: 0.5 }
    bias_filler { type: "constant" value: -4 }
  }
}
layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
`;

for (const device of ["cpu", "reference", "gpu"] as const) {
  Deno.test({
    name: `a small network gives the expected output on the ${device}`,
    ignore: device === "gpu" && !hasGpu,
    async fn() {
      const model = convert({ bytes: new TextEncoder().encode(prototxt), name: "tiny.prototxt" });
      const bundle = new Blob([...writeBundle(model)] as BlobPart[]);
      const network = await Network.load(bundle, { device });
      assert.equal(network.name, "tiny");
      const { conv } = await network.run({ data: [1, 2, 3, 4, 5, 6] });
      assert.deepEqual(conv!.shape, [1, 1, 2, 2]);
      assert.deepEqual([...conv!.data], [0, 0, 0.5, 1.5]);
      network.destroy();
    },
  });
}
