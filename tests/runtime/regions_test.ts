/**
 * Bins of regions end where they do on the CPU, also on GPUs that divide less exactly than it.
 */
import assert from "node:assert/strict";
import { defineOp } from "../../runtime/ops/op.ts";
import { roiPool } from "../../runtime/ops/roi_pool.ts";
import { runReference } from "../../runtime/reference.ts";
import { engineVariants, hasGpu } from "../gpu.ts";
import { Sketch } from "../random.ts";

/** The op, where a quotient is a product with the reciprocal: what WGSL allows. */
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
  name: "a bin ends on a pixel's border, though the GPU does not divide exactly",
  ignore: !hasGpu,
  async fn() {
    // Each has borders that 1/7 times its width does not hit.
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
      const program = await engine.prepare(graph, [pooled]);
      const [actual] = await program.run(inputs);
      program.destroy();
      assert.deepEqual(actual, expected, how);
    }
  },
});
