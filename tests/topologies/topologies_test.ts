/**
 * Each topology, made small: it converts without a warning, and the GPU gives what plain loops give.
 * `deno task topologies` does the same at the published sizes.
 */
import assert from "node:assert/strict";
import { hasGpu } from "../gpu.ts";
import { check } from "./check.ts";
import { topologies } from "./mod.ts";

for (const { name, build, small, inputShapes } of topologies) {
  Deno.test({
    name: `${name} is the same on the GPU as in plain loops`,
    ignore: !hasGpu,
    async fn() {
      const result = await check(name, build(small), inputShapes?.(small));
      assert.deepEqual(result.warnings, []);
      assert(result.difference <= 2e-5, `it is off by ${result.difference}`);
      for (const [output, { data }] of result.outputs) {
        assert(data.every(Number.isFinite), `${output} is not finite`);
        assert(data.some((value) => value !== data[0]), `${output} is the same everywhere`);
      }
      const found = result.outputs.get("detection_out")?.shape;
      assert(found === undefined || found[2]! > 1, "nothing is found");
    },
  });
}
