/**
 * The distributions of random fillers.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { seededRandom } from "../../examples/digits/random.ts";
import { draw } from "../../lib/tf/initialize.ts";
import { TfCaffeNetwork } from "../../lib/tf/mod.ts";

const shape = [40, 30, 5, 2];

/** The mean, the standard deviation, the least and the greatest of numbers. */
function statistics(numbers: Float32Array) {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  return [mean, Math.sqrt(variance), Math.min(...numbers), Math.max(...numbers)] as const;
}

/** Weights that a filler draws. */
const drawn = (filler: object) =>
  draw({ value: 0, ...filler } as Parameters<typeof draw>[0], shape, seededRandom(3));

/** Asserts that numbers are uniform in a range. */
function assertUniform(numbers: Float32Array, low: number, high: number): void {
  const [mean, deviation, least, greatest] = statistics(numbers), range = high - low;
  const near = (a: number, b: number) => Math.abs(a - b) < 0.02 * range;
  assert.ok(near(mean, (low + high) / 2), `the mean is ${mean}`);
  assert.ok(near(deviation, range / Math.sqrt(12)), `the deviation is ${deviation}`);
  assert.ok(least >= low && near(least, low), `the least is ${least}`);
  assert.ok(greatest <= high && near(greatest, high), `the greatest is ${greatest}`);
}

/** Asserts that numbers have a normal distribution. */
function assertNormal(numbers: Float32Array, expected: number, expectedDeviation: number): void {
  const [mean, deviation] = statistics(numbers);
  assert.ok(Math.abs(mean - expected) < 0.03 * expectedDeviation, `the mean is ${mean}`);
  const ratio = deviation / expectedDeviation;
  assert.ok(ratio > 0.97 && ratio < 1.03, `the deviation is ${deviation}`);
  const within = numbers.filter((x) => Math.abs(x - expected) < expectedDeviation).length;
  assert.ok(Math.abs(within / numbers.length - 0.683) < 0.02, `${within} are within a deviation`);
}

Deno.test("a uniform filler draws between its min and max", () => {
  assertUniform(drawn({ type: "uniform", min: -3, max: 5 }), -3, 5);
});

Deno.test("a gaussian filler draws with its mean and std", () => {
  assertNormal(drawn({ type: "gaussian", mean: 2, std: 0.5 }), 2, 0.5);
});

Deno.test("xavier and msra fillers draw by fan-in, fan-out or their average", () => {
  // There are 300 weights for each output, and 400 for each input.
  for (const [variance_norm, fan] of [["FAN_IN", 300], ["FAN_OUT", 400], ["AVERAGE", 350]]) {
    const most = Math.sqrt(3 / Number(fan));
    assertUniform(drawn({ type: "xavier", variance_norm }), -most, most);
    assertNormal(drawn({ type: "msra", variance_norm }), 0, Math.sqrt(2 / Number(fan)));
  }
});

Deno.test("a positive_unitball filler gives each output positive weights of the sum 1", () => {
  const numbers = drawn({ type: "positive_unitball" });
  for (let start = 0; start < numbers.length; start += 300) {
    const row = numbers.subarray(start, start + 300);
    assert.ok(row.every((x) => x >= 0));
    assert.ok(Math.abs(row.reduce((sum, x) => sum + x, 0) - 1) < 1e-5);
  }
});

Deno.test("a gaussian_unitball filler gives each output weights of the length 1", () => {
  const numbers = drawn({ type: "gaussian_unitball" });
  for (let start = 0; start < numbers.length; start += 300) {
    const row = numbers.subarray(start, start + 300);
    assert.ok(Math.abs(Math.hypot(...row) - 1) < 1e-5);
  }
  assertNormal(numbers, 0, 1 / Math.sqrt(300));
});

Deno.test("the settings of random fillers have Caffe's defaults", async () => {
  await tf.setBackend("cpu");
  const weightsOf = (filler: string) => {
    const text = `input: "x" input_shape { dim: 1 dim: 90 }
      layer { name: "ip" type: "InnerProduct" bottom: "x" top: "ip" inner_product_param {
        num_output: 100 bias_term: false weight_filler { type: "${filler}" } } }`;
    const network = TfCaffeNetwork.fromCaffe(
      { bytes: new TextEncoder().encode(text), name: "net.prototxt" },
      { random: seededRandom(4) },
    );
    const numbers = network.variables.get("ip/weights")!.dataSync() as Float32Array;
    network.dispose();
    return numbers;
  };
  assertUniform(weightsOf("uniform"), 0, 1);
  assertNormal(weightsOf("gaussian"), 0, 1);
  assertUniform(weightsOf("xavier"), -Math.sqrt(3 / 90), Math.sqrt(3 / 90));
});
