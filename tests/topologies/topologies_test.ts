/**
 * Each topology, made small: it converts without a warning, and the engines give what plain loops
 * give. `deno task topologies` does the same at the published sizes.
 */
import assert from "node:assert/strict";
import { hasGpu } from "../gpu.ts";
import { check } from "./check.ts";
import { topologies } from "./mod.ts";

const engines = hasGpu ? "CPU and GPU give" : "the CPU gives";

for (const { name, build, small, inputShapes } of topologies) {
  Deno.test(`${name}: ${engines} what plain loops give`, async () => {
    const options = { inputShapes: inputShapes?.(small), loops: true };
    const { warnings, outcomes, outputs } = await check(name, build(small), options);
    assert.deepEqual(warnings, []);
    for (const [engine, { difference }] of outcomes) {
      assert(difference <= 2e-5, `the ${engine} is off by ${difference}`);
    }
    for (const [output, { data }] of outputs) {
      assert(data.every(Number.isFinite), `${output} is not finite`);
      assert(data.some((value) => value !== data[0]), `${output} is the same everywhere`);
    }
    const found = outputs.get("detection_out")?.shape;
    assert(found === undefined || found[2]! > 1, "nothing is found");
  });
}
