/**
 * Results of fully connected layers whose memory is read as fewer, longer samples.
 */
import assert from "node:assert/strict";
import type { Value } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { engineVariants, gpu, withEachKernel } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { onGpu as test } from "./gpu_helpers.ts";

/** What reads the eight outputs of each of six samples as three samples of sixteen. */
const readers: Readonly<Record<string, (sketch: Sketch, random: Random, x: Value) => Value>> = {
  "a fully connected layer along other axes": (sketch, random, x) =>
    sketch.add("dense", "next", [x, sketch.constant("next/weights", random.tensor([5, 16]))], {
      output: 5,
      axis: 1,
      bias: false,
    }),
  "a fully connected layer after a reshape": (sketch, random, x) =>
    sketch.add("dense", "next", [
      sketch.add("reshape", "flat", [x], { shape: [3, 16] }),
      sketch.constant("next/weights", random.tensor([8, 16])),
    ], { output: 8, bias: false }),
  "a convolution after a reshape": (sketch, random, x) =>
    sketch.add("conv2d", "next", [
      sketch.add("reshape", "pixels", [x], { shape: [3, 16, 1, 1] }),
      sketch.constant("next/weights", random.tensor([4, 16, 1, 1])),
    ], { output: 4, kernel: [1, 1], bias: false }),
};

for (const [name, read] of Object.entries(readers)) {
  test(`${name} reads samples that others wrote as more, shorter ones`, async () => {
    const random = new Random(5), sketch = new Sketch();
    const input = random.tensor([3, 2, 7]);
    const rows = sketch.add("dense", "rows", [
      sketch.input("data", input.shape),
      sketch.constant("rows/weights", random.tensor([8, 7])),
    ], { output: 8, axis: 2, bias: false });
    const next = read(sketch, random, rows);
    const graph = sketch.finish(next);
    const [expected] = await runReference(graph, [input], [next]);
    const check = async (engine: Parameters<typeof runOn>[0], how: string) => {
      const [actual] = await runOn(engine)(graph, [input], [next]);
      assert.ok(difference(actual!.data, expected!.data) < 1e-5, how);
    };
    for (const [how, engine] of [["default", gpu!] as const, ...engineVariants]) {
      await check(engine, how);
    }
    await withEachKernel(check);
  });
}
