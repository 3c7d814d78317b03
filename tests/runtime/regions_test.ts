/**
 * Bins of regions have the same bounds on GPUs as in plain loops: coordinates are rounded.
 */
import assert from "node:assert/strict";
import { runReference } from "../../runtime/reference.ts";
import { type Executor, runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { engineVariants } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

/** Boxes `[R, 5]` of the same rows, with some columns as their left border. */
const boxesFrom = (...lefts: number[]) => ({
  shape: [lefts.length, 5],
  data: Float32Array.from(lefts.flatMap((left) => [0, left, 0, 5, 8])),
});

for (
  const [op, channels, options] of [
    ["roiPool", 2, { bins: [3, 7] }],
    ["psroiPool", 18, { output: 2, group: 3 }],
  ] as const
) {
  Deno.test({
    name: `${op} rounds coordinates to the nearest pixel, and ties away from 0`,
    async fn() {
      const fractional = boxesFrom(-1.75, -1.5, -1.25, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.5);
      const rounded = boxesFrom(-2, -2, -1, -1, -1, 0, 0, 1, 1, 2);
      const image = new Random(3).tensor([1, channels, 9, 30]);
      const sketch = new Sketch();
      const values = [image, rounded].map(({ shape }, i) => sketch.input(`input${i}`, shape));
      const pooled = sketch.add(op, "pooled", values, options);
      const graph = sketch.finish(pooled);
      const [expected] = await runReference(graph, [image, rounded], [pooled]);
      const runs: readonly (readonly [string, Executor])[] = [
        ["in plain loops", runReference],
        ...engineVariants.map(([how, engine]) => [how, runOn(engine)] as const),
      ];
      for (const [how, run] of runs) {
        for (const boxes of [rounded, fractional]) {
          const [actual] = await run(graph, [image, boxes], [pooled]);
          assert(difference(actual!.data, expected!.data) < 1e-6, how);
        }
      }
    },
  });
}
