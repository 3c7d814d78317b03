/**
 * Each topology, scaled down, is converted without a warning, and the engines equal plain loops.
 * `deno task topologies` tests the published sizes. Those with a recording of Caffe are tested by it
 * instead, in `tests/networks/`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { hasGpu } from "../gpu.ts";
import { hasShared } from "../shared.ts";
import { check } from "./check.ts";
import type { Topology } from "./mod.ts";

const engines = hasGpu ? "CPU and GPU equal" : "the CPU equals";

/** Defines the tests of some topologies; those of several files can run at the same time. */
export function testTopologies(topologies: readonly Topology[]): void {
  for (const { name, build, small, inputShapes, recording } of topologies) {
    const ignore = recording !== undefined && hasShared(`goldens/nets/${recording}.npz`);
    Deno.test(`${name}: ${engines} plain loops`, { ignore }, async () => {
      const options = { inputShapes: inputShapes?.(small), loops: true };
      const { warnings, outcomes, outputs } = await check(name, build(small), options);
      assert.deepEqual(warnings, []);
      for (const [engine, { difference }] of outcomes) {
        assert(difference <= 2e-5, `the relative error of the ${engine} is ${difference}`);
      }
      for (const [output, { data }] of outputs) {
        assert(data.every(Number.isFinite), `${output} is not finite`);
        assert(data.some((value) => value !== data[0]), `${output} is constant`);
      }
      const detections = outputs.get("detection_out")?.shape;
      assert(detections === undefined || detections[2]! > 1, "fewer than two detections");
    });
  }
}
