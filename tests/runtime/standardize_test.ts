/**
 * Standardization of numbers that hardly differ: their mean must be exact, because it is what remains.
 */
import assert from "node:assert/strict";
import type { Engine } from "../../runtime/engine.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { cpuOptions, cpus } from "../cpu.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { engineVariants, gpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

const shape = [2, 3, 13, 14];

const engines: readonly (readonly [how: string, engine: Engine])[] = [
  ...cpus.map((engine, i) => [`CPU ${JSON.stringify(cpuOptions[i])}`, engine] as const),
  ...gpu ? [["GPU", gpu] as const, ...engineVariants] : [],
];

for (const over of ["plane", "sample", "channel"] as const) {
  const sketch = new Sketch();
  const result = sketch.add("standardize", "y", [sketch.input("x", shape)], { over, eps: 1e-9 });
  const graph = sketch.finish(result);

  for (const [how, engine] of engines) {
    Deno.test(`equal numbers have no deviation from their mean: ${over}, ${how}`, async () => {
      const data = new Float32Array(2 * 3 * 13 * 14).fill(1.0357142686843872);
      const [actual] = await runOn(engine)(graph, [{ shape, data }], resultsOf(graph));
      assert(actual!.data.every((x) => x === 0), `${actual!.data.find((x) => x !== 0)}`);
    });

    Deno.test(`a large mean leaves small deviations precise: ${over}, ${how}`, async () => {
      const input = new Random(5).tensor(shape, 5000, 5001);
      const [expected] = await runReference(graph, [input], resultsOf(graph));
      const [actual] = await runOn(engine)(graph, [input], resultsOf(graph));
      const distance = difference(actual!.data, expected!.data);
      assert(distance < 1e-5, `it is off by ${distance}`);
    });
  }
}
