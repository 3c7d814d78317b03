/**
 * Every recorded layer case of real Caffe: in plain loops, after the transforms, and on the GPU.
 */
import assert from "node:assert/strict";
import { lowerCase } from "../golden.ts";
import { readCases, refused, testCase } from "../layer_cases.ts";

const folder = new URL("../goldens/layers/", import.meta.url);

for (const [name, meta] of readCases(folder)) {
  const at = new URL(`${name}/`, folder);
  // A loss becomes what it computes outside training: losses_test.ts.
  if (meta.group === "loss") continue;
  if (refused.has(name)) {
    Deno.test(`${name} is refused`, () => {
      assert.throws(() => lowerCase(at, meta), { message: refused.get(name)! });
    });
  } else {
    testCase(name, at, meta);
  }
}
