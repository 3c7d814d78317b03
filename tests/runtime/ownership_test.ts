/**
 * Inputs and results of a run belong to the caller: changing or transferring them affects no run.
 */
import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import type { Graph } from "../../runtime/graph.ts";
import { Network, type Output } from "../../runtime/mod.ts";
import { hasGpu } from "../gpu.ts";
import { join } from "../join.ts";
import { Sketch } from "../random.ts";

/** sum = data + 3 + the last run's sum; a second name of it and the constant are outputs too. */
function adding(): Graph {
  const sketch = new Sketch(),
    data = sketch.input("data", [1, 2]),
    last = sketch.input("last", [1, 2]);
  const three = sketch.constant("three", { shape: [1, 2], data: Float32Array.of(3, 3) });
  const sum = sketch.add("eltwise", "sum", [data, three, last], { operation: "sum" });
  sketch.remember(last, sum);
  const graph = sketch.finish(sum);
  const names = new Map([...graph.names, ["again", sum], ["three", three]]);
  return { ...graph, names, outputs: ["sum", "again", "three"] };
}

/** Transfers the numbers of a tensor, so that its buffer is detached. */
const detach = ({ data }: Output) => void structuredClone(data, { transfer: [data.buffer] });

for (const [device, ignore] of [["cpu", false], ["reference", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `results may be overwritten and transferred, on the ${device}`,
    ignore,
    async fn() {
      const network = await Network.load(join(writeBundle({ graph: adding() })), { device });
      for (const expected of [[4, 5], [8, 10], [12, 15]]) {
        const { sum, again, three } = await network.run({ data: [1, 2] });
        assert.deepEqual([...sum!.data], expected);
        sum!.data.fill(100);
        assert.deepEqual([[...again!.data], [...three!.data]], [expected, [3, 3]]);
        for (const result of [sum!, again!, three!]) detach(result);
      }
      network.destroy();
    },
  });

  Deno.test({
    name: `shapes and names may be overwritten, on the ${device}`,
    ignore,
    async fn() {
      const sketch = new Sketch();
      const relu = sketch.add("relu", "relu", [sketch.input("data", [1, 2])], {});
      const network = await Network.load(
        join(writeBundle({ graph: sketch.finish(relu) })),
        { device },
      );
      const shape = [2, 2], data = Float32Array.of(1, -2, -3, 4);
      for (let run = 0; run < 2; run++) {
        const running = network.run({ data: { shape, data } });
        shape.reverse()[0] = 4;
        const { relu } = await running;
        assert.deepEqual(relu, { shape: [2, 2], data: Float32Array.of(1, 0, 0, 4) });
        (relu!.shape as number[]).length = 0;
        (network.inputs[0]!.shape as number[])[0] = 9;
        (network.outputs as string[])[0] = "prob";
        shape.splice(0, 2, 2, 2);
      }
      assert.deepEqual((await network.run({ data: [-1, 1] })).relu!.shape, [1, 2]);
      network.destroy();
    },
  });
}
