import assert from "node:assert/strict";
import { readInputs } from "../../runtime/inputs.ts";

const read = (shape: readonly number[], ...numbers: number[]) =>
  readInputs([{ name: "data", shape }], { data: numbers })[0]!;

Deno.test("the batch size follows from the number of elements", () => {
  assert.deepEqual(read([1, 2], 1, 2, 3, 4), { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  for (const numbers of [[], [1], [1, 2, 3]]) {
    const message = `Cannot run network: input "data" has ${numbers.length} numbers, ` +
      "not a whole number of samples [2]";
    assert.throws(() => read([1, 2], ...numbers), { name: "TypeError", message });
  }
});

Deno.test("an input of one axis has no batch, and needs as many numbers as its extent", () => {
  assert.deepEqual(read([2], 1, 2), { shape: [2], data: Float32Array.of(1, 2) });
  for (const numbers of [[1], [1, 2, 3, 4]]) {
    assert.throws(() => read([2], ...numbers), {
      name: "TypeError",
      message: /^Cannot run network: input "data" has [14] numbers, /,
    });
  }
});

Deno.test("an input whose memory was transferred has no numbers", () => {
  const gone = Float32Array.of(1, 2);
  structuredClone(gone, { transfer: [gone.buffer] });
  for (const data of [gone, { shape: [1, 2], data: gone }]) {
    assert.throws(() => readInputs([{ name: "data", shape: [1, 2] }], { data }), {
      name: "TypeError",
      message: /^Cannot run network: input "data" has 0 numbers, /,
    });
  }
});
