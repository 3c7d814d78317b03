/**
 * Resizing in TensorFlow.js: forwards, and backwards in training.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { largestDifference } from "../../cli/difference.ts";
import { TfCaffeNetwork } from "../../lib/tf/mod.ts";
import { seededRandom } from "../../examples/digits/random.ts";

tf.enableProdMode();

/** An image that is scaled, then enlarged from 2 × 2 to 4 × 4. */
function enlarging(alignCorners: boolean): TfCaffeNetwork {
  const text = `input: "data" input_shape { dim: 1 dim: 1 dim: 2 dim: 2 }
    layer { name: "by" type: "Scale" bottom: "data" top: "by" scale_param { filler { value: 1 } } }
    layer { name: "up" type: "BilinearInterpolate" bottom: "by" top: "up"
      bilinear_interpolate_param { dst_h: 4 dst_w: 4 align_corners: ${alignCorners} } }`;
  const network = { bytes: new TextEncoder().encode(text), name: "deploy.prototxt" };
  return TfCaffeNetwork.fromCaffe(network, { random: seededRandom(1) });
}

for (const backend of ["cpu", "wasm"]) {
  for (const alignCorners of [true, false]) {
    Deno.test(`${backend}: corners ${alignCorners ? "stay" : "move"}, also in training`, async () => {
      await tf.setBackend(backend);
      const network = enlarging(alignCorners);
      const data = tf.tensor([0, 1, 2, 3], [1, 1, 2, 2]);
      const places = alignCorners ? [0, 1 / 3, 2 / 3, 1] : [0, 0.25, 0.75, 1];
      const expected = Float32Array.from(places.flatMap((y) => places.map((x) => 2 * y + x)));
      for (const training of [false, true]) {
        const { up } = network.forward({ data }, { training });
        assert.deepEqual(up!.shape, [1, 1, 4, 4]);
        assert.ok(largestDifference(await up!.data<"float32">(), expected) < 1e-6);
      }
      // What the image is scaled by counts as much as a row of the result is worth.
      const second = tf.tensor([0, 1, 0, 0], [4, 1]);
      const { grads } = tf.variableGrads(() => {
        const { up } = network.forward({ data }, { training: true });
        return tf.sum(tf.mul(up!, second)) as tf.Scalar;
      });
      const [slope] = await Object.values(grads)[0]!.data();
      const worth = expected.subarray(4, 8).reduce((sum, value) => sum + value);
      assert.ok(Math.abs(slope! - worth) < 1e-5, `${slope} is not ${worth}`);
      network.dispose();
    });
  }
}
