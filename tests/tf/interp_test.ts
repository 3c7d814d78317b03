/**
 * Resizing in TensorFlow.js: its results, and its gradients.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { largestDifference } from "../../cli/difference.ts";
import { TfCaffeNetwork } from "../../lib/tf/mod.ts";
import { seededRandom } from "../../examples/digits/random.ts";

tf.enableProdMode();

/** A network that scales an image, and enlarges it from 2 × 2 to 4 × 4. */
function enlargingNetwork(alignCorners: boolean): TfCaffeNetwork {
  const text = `input: "data" input_shape { dim: 1 dim: 1 dim: 2 dim: 2 }
    layer { name: "by" type: "Scale" bottom: "data" top: "by" scale_param { filler { value: 1 } } }
    layer { name: "up" type: "BilinearInterpolate" bottom: "by" top: "up"
      bilinear_interpolate_param { dst_h: 4 dst_w: 4 align_corners: ${alignCorners} } }`;
  const network = { bytes: new TextEncoder().encode(text), name: "deploy.prototxt" };
  return TfCaffeNetwork.fromCaffe(network, { random: seededRandom(1) });
}

for (const backend of ["cpu", "wasm"]) {
  for (const alignCorners of [true, false]) {
    Deno.test(`${backend}: resizing with align_corners: ${alignCorners}, and its gradient`, async () => {
      await tf.setBackend(backend);
      const network = enlargingNetwork(alignCorners);
      const data = tf.tensor([0, 1, 2, 3], [1, 1, 2, 2]);
      const positions = alignCorners ? [0, 1 / 3, 2 / 3, 1] : [0, 0.25, 0.75, 1];
      const expected = Float32Array.from(
        positions.flatMap((y) => positions.map((x) => 2 * y + x)),
      );
      for (const training of [false, true]) {
        const { up } = network.forward({ data }, { training });
        assert.deepEqual(up!.shape, [1, 1, 4, 4]);
        assert.ok(largestDifference(await up!.data<"float32">(), expected) < 1e-6);
      }
      // The gradient of the second row's sum by the scale, which is 1, is that sum.
      const second = tf.tensor([0, 1, 0, 0], [4, 1]);
      const { grads } = tf.variableGrads(() => {
        const { up } = network.forward({ data }, { training: true });
        return tf.sum(tf.mul(up!, second)) as tf.Scalar;
      });
      const [gradient] = await Object.values(grads)[0]!.data();
      const sum = expected.subarray(4, 8).reduce((sum, value) => sum + value);
      assert.ok(Math.abs(gradient! - sum) < 1e-5, `${gradient} is not ${sum}`);
      network.dispose();
    });
  }
}
