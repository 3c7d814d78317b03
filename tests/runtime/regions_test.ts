/**
 * Bins of regions have the same bounds on GPUs as in plain loops: rounded coordinates, and division
 * that may be inexact.
 */
import assert from "node:assert/strict";
import { defineOp } from "../../runtime/ops/op.ts";
import { roiPool } from "../../runtime/ops/roi_pool.ts";
import { runReference } from "../../runtime/reference.ts";
import { type Executor, runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { engineVariants, hasGpu } from "../gpu.ts";
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

/** The op with reciprocals in place of quotients, which WGSL's precision allows. */
const inexact = defineOp({
  ...roiPool,
  name: "inexact",
  shaders: (...given) =>
    roiPool.shaders!(...given).map((shader) => {
      assert(shader.code.includes("/ bins;"));
      return { ...shader, code: shader.code.replaceAll("/ bins;", "* (1.0 / bins);") };
    }),
});

Deno.test({
  name: "bins end at pixel borders on GPUs with inexact division",
  ignore: !hasGpu,
  async fn() {
    // Each has borders of bins that its width times a rounded 1/7 misses.
    const widths = [9, 11, 12, 15, 18, 21, 22, 24, 25, 29];
    const image = { shape: [1, 1, 1, 30], data: Float32Array.from({ length: 30 }, (_, i) => i) };
    const boxes = {
      shape: [widths.length, 5],
      data: Float32Array.from(widths.flatMap((width) => [0, 0, 0, width - 1, 0])),
    };
    const sketch = new Sketch(), inputs = [image, boxes];
    const values = inputs.map(({ shape }, i) => sketch.input(`input${i}`, shape));
    const pooled = sketch.apply(inexact, "pooled", values, { bins: [1, 7], scale: 1 });
    const graph = sketch.finish(pooled);
    const [expected] = await runReference(graph, inputs, [pooled]);
    for (const [how, engine] of engineVariants) {
      const [actual] = await runOn(engine)(graph, inputs, [pooled]);
      assert.deepEqual(actual, expected, how);
    }
  },
});
