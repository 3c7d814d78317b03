import assert from "node:assert/strict";
import { areProbabilities, isVector } from "../../lib/answers/scores.ts";

Deno.test("probabilities are not negative, and their sum is 1, but for rounding errors", () => {
  const isSo = (...scores: number[]) => areProbabilities(Float32Array.from(scores));
  assert.deepEqual([isSo(0.25, 0.75, 0), isSo(0.3333, 0.3333, 0.3333)], [true, true]);
  assert.deepEqual(
    [isSo(0.5, 0.75, -0.25), isSo(0.5, 0.4), isSo(2, 1), isSo()],
    Array(4).fill(false),
  );
});

Deno.test("scores are one vector per sample", () => {
  for (const shape of [[1, 2], [5, 1000], [1, 10, 1, 1]]) assert.ok(isVector(shape));
  for (const shape of [[10], [10, 1], [1, 10, 1, 2], [1, 1, 1, 1]]) assert.ok(!isVector(shape));
});
