/**
 * CCCP, against plain loops.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { cccp } from "../../lib/layers/others/cccp.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Random } from "../random.ts";
import { netLayer, runLayer, testLayer } from "./harness.ts";

function random(seed: number, ...shape: number[]): Tensor {
  const numbers = new Random(seed), size = shape.reduce((a, b) => a * b);
  return { shape, data: Float32Array.from({ length: size }, () => numbers.next() - 0.5) };
}

const image = random(1, 2, 4, 2, 3),
  weights = random(2, 6, 2),
  biases = random(3, 6);

/** Two groups of two channels, with three outputs each. */
function pooled(hasBiases: boolean): Tensor {
  const data = new Float32Array(2 * 6 * 6);
  for (let n = 0; n < 2; n++) {
    for (let output = 0; output < 6; output++) {
      for (let pixel = 0; pixel < 6; pixel++) {
        const first = output < 3 ? 0 : 2;
        let sum = hasBiases ? biases.data[output]! : 0;
        for (let input = 0; input < 2; input++) {
          sum += weights.data[output * 2 + input]! *
            image.data[(n * 4 + first + input) * 6 + pixel]!;
        }
        data[(n * 6 + output) * 6 + pixel] = sum;
      }
    }
  }
  return { shape: [2, 6, 2, 3], data };
}

testLayer("CCCP", [{
  does: "weighs the channels of each group at each position",
  param: { num_output: 3, group: 2 },
  blobs: [weights, biases],
  bottoms: [image],
  tops: [pooled(true)],
}]);

testLayer("CCCPPooling", [{
  does: "does so without biases",
  param: { num_output: 3, group: 2, biasterm: false },
  blobs: [weights],
  bottoms: [image],
  tops: [pooled(false)],
}]);

Deno.test("CCCP needs outputs, and groups that divide its channels", () => {
  const refused = (param: Record<string, number>, message: string) =>
    assert.throws(() => runLayer(netLayer("CCCP", param), [image]), { message });
  refused({ group: 2 }, "its num_output is 0 or missing, but it must be above 0");
  refused(
    { num_output: 1, group: 3 },
    "its 4 input and 3 output channels do not divide into 3 groups",
  );
});

Deno.test("cccp of V0 is CCCP", () => {
  const text = `layers { layer { name: "c" type: "cccp" num_output: 3 group: 2 biasterm: false }
    bottom: "data" top: "c" }`;
  const [layer] = readNet(new TextEncoder().encode(text), { file: "net.prototxt" }).layers;
  assert.equal(layer!.type, "CCCP");
  const { num_output, group, bias_term } = layer!.param(cccp[0]!.param!) as Record<string, unknown>;
  assert.deepEqual([num_output, group, bias_term], [3, 2, false]);
});
