import assert from "node:assert/strict";
import { fill } from "../../scripts/write_recipe_model.ts";

Deno.test("fill() returns the recipe's values", () => {
  const values = fill({ shape: [2, 2], seed: 1, low: -1, high: 1 });
  assert.deepEqual(values, new Float32Array([0.3876927, -0.89188564, -0.10654056, 0.8124025]));
});
