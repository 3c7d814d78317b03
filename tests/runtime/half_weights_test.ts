/**
 * Weights that a GPU keeps in half precision: what it computes is what their rounded values give.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { fromHalf, toHalf } from "../../runtime/half.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

/** Two layers with weights. */
function network(weights: readonly Tensor[]) {
  const sketch = new Sketch();
  const data = sketch.input("data", [2, 3, 5, 7]);
  const [a, b] = weights.map((tensor, i) => sketch.constant(`weights${i}`, tensor));
  const conv = sketch.add("conv2d", "conv", [data, a!], { output: 9, kernel: [2, 3], bias: false });
  const dense = sketch.add("dense", "dense", [conv, b!], { output: 5, bias: false });
  return { graph: sketch.finish(dense), dense };
}

for (const how of [{}, { textureRows: 0 }, { software: false, textureRows: 0 }]) {
  Deno.test({
    name: `weights in half precision are widened as they are read: ${JSON.stringify(how)}`,
    ignore: !hasGpu,
    async fn() {
      const random = new Random(4);
      const weights = [random.tensor([9, 3, 2, 3]), random.tensor([5, 9 * 4 * 5])];
      const rounded = weights.map(({ shape, data }) => ({ shape, data: fromHalf(toHalf(data)) }));
      const input = random.tensor([2, 3, 5, 7]);
      const engine = new GpuEngine(await openDevice(), true, { ...how, half: true });
      const { graph, dense } = network(weights);
      const [actual] = await (await engine.prepare(graph, [dense])).run([input]);
      engine.destroy();
      const same = network(rounded), exact = network(weights);
      const [expected] = await runReference(same.graph, [input], [same.dense]);
      const [other] = await runReference(exact.graph, [input], [exact.dense]);
      assert(difference(actual!.data, expected!.data) < 1e-5);
      assert(difference(actual!.data, other!.data) > 1e-5, "nothing was rounded");
    },
  });
}
