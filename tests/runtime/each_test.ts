/**
 * Unrolled WGSL: its texts are long, so that each is written once.
 */
import assert from "node:assert/strict";
import { each, once } from "../../runtime/ops/fours/each.ts";

Deno.test("each() repeats a text with its index", () => {
  assert.equal(each(3, (i) => `s${i};`), "s0;s1;s2;");
});

Deno.test("once() writes a text at the first request of its name", () => {
  let written = 0;
  const request = (name: string) => once(name, () => `${name} ${++written}`);
  assert.deepEqual(["a test", "another", "a test"].map(request), [
    "a test 1",
    "another 2",
    "a test 1",
  ]);
});
