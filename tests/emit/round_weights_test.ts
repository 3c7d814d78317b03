import assert from "node:assert/strict";
import { roundWeights } from "../../lib/emit/round_weights.ts";
import { fromHalf, toHalf } from "../../runtime/half.ts";
import { seededRandom } from "../../examples/digits/random.ts";

/** The step between the halves around a number. */
const step = (x: number) => 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(x)))) - 10);
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

Deno.test("rows of weights keep their sums, and no weight moves by a whole step", () => {
  const random = seededRandom(1);
  const shape = [5, 700];
  const data = Float32Array.from({ length: 3500 }, () => (random() - 0.4) * 0.1);
  const rounded = fromHalf(roundWeights({ shape, data }));
  const nearest = fromHalf(toHalf(data));
  for (let row = 0; row < 5; row++) {
    const of = (values: Float32Array) => sum(values.subarray(row * 700, (row + 1) * 700));
    assert(Math.abs(of(rounded) - of(data)) <= step(0.06), `row ${row}`);
  }
  assert(Math.abs(sum(nearest) - sum(data)) > 4 * Math.abs(sum(rounded) - sum(data)));
  data.forEach((x, i) => assert(Math.abs(rounded[i]! - x) <= 0.76 * step(x), `weight ${i}`));
});

Deno.test("biases are rounded to the nearest halves", () => {
  const data = Float32Array.of(1.0004, -2.0009, 3e-8);
  assert.deepEqual(roundWeights({ shape: [3], data }), toHalf(data));
});

Deno.test("numbers that halves cannot hold stay what they would be", () => {
  const data = Float32Array.of(1e6, -Infinity, NaN, 1, 0, -0, 1e-9, 65519);
  const rounded = fromHalf(roundWeights({ shape: [2, 4], data }));
  assert.deepEqual(rounded, fromHalf(toHalf(data)));
});
