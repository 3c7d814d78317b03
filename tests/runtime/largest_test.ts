import assert from "node:assert/strict";
import { largest } from "../../runtime/largest.ts";

const indices = (numbers: readonly number[], howMany = numbers.length) =>
  largest(numbers, howMany).map(({ index }) => index);

Deno.test("largest() ranks numbers, and keeps equal ones in order", () => {
  assert.deepEqual(indices([0.1, 0.7, 0.2, 0.7, -Infinity, Infinity]), [5, 1, 3, 2, 0, 4]);
  assert.deepEqual(largest(Float32Array.of(0.5, 2), 1), [{ index: 1, value: 2 }]);
  assert.deepEqual(indices([1, 2], 5), [1, 0]);
});

Deno.test("largest() ranks NaN first, and the rest as without it", () => {
  assert.deepEqual(indices([0.1, NaN, 0.7, 0.3, NaN, 0.9]), [1, 4, 5, 2, 3, 0]);
  assert.deepEqual(indices([-Infinity, NaN, 3]), [1, 2, 0]);
});
