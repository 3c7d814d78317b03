import assert from "node:assert/strict";
import { readInputs } from "../../runtime/inputs.ts";

const read = (shape: readonly number[], ...numbers: number[]) =>
  readInputs([{ name: "data", shape }], { data: numbers })[0]!;

Deno.test("the batch size follows from the number of elements", () => {
  assert.deepEqual(read([1, 2], 1, 2, 3, 4), { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  for (const numbers of [[], [1], [1, 2, 3]]) {
    assert.throws(() => read([1, 2], ...numbers), { name: "TypeError", message: /"data"/ });
  }
});

Deno.test("an input of one axis has no batch, and takes as many numbers as it has", () => {
  assert.deepEqual(read([2], 1, 2), { shape: [2], data: Float32Array.of(1, 2) });
  for (const numbers of [[1], [1, 2, 3, 4]]) {
    assert.throws(() => read([2], ...numbers), { name: "TypeError", message: /"data"/ });
  }
});
