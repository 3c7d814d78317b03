import assert from "node:assert/strict";
import { noise } from "../lib/noise.ts";

Deno.test("noise is uniform within its range, and the same each time", () => {
  const { shape, data } = noise([10, 100], 128);
  assert.deepEqual([shape, data.length], [[10, 100], 1000]);
  assert.deepEqual(noise([10, 100], 128).data, data);
  assert.ok(data.every((x) => Math.abs(x) <= 128));
  // Each tenth of the range has about a tenth of the numbers.
  const tenths = new Array<number>(10).fill(0);
  for (const x of data) tenths[Math.floor((x + 128) / 25.7)]!++;
  assert.ok(tenths.every((count) => count > 50 && count < 150), tenths.join());
});
