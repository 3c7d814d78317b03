/**
 * Concurrent runs of one network.
 */
import assert from "node:assert/strict";
import { Network } from "../../runtime/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { hasGpu } from "../gpu.ts";
import { bytes, load, numbers, rectified } from "./small_network.ts";

function sum({ data }: Tensor): number {
  return data.reduce((total, number) => total + number, 0);
}

Deno.test({
  name: "concurrent runs on the GPU return the results of their own inputs",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes, { device: "gpu" });
    const runs = Array.from({ length: 20 }, (_, i) => network.run({ data: [0, i, 0, 0, 0, 0] }));
    const results = await Promise.all(runs);
    assert.deepEqual(results.map(({ relu }) => sum(relu!)), runs.map((_, i) => i));
    network.destroy();
  },
});

Deno.test({
  name: "concurrent runs on the GPU may have more input shapes than there are cached programs",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes, { device: "gpu" });
    for (let round = 0; round < 2; round++) {
      const results = await Promise.all(Array.from({ length: 24 }, (_, i) => {
        const shape = [1, 1, 1 + i % 12, 2];
        const data = Float32Array.from({ length: 2 * shape[2]! }, (_, at) => at % 2 * (i + 1));
        return network.run({ data: { shape, data } });
      }));
      results.forEach(({ relu }, i) => assert.equal(sum(relu!), (i + 1) * (1 + i % 12)));
    }
    network.destroy();
  },
});

Deno.test({
  name: "runs of a network that is destroyed meanwhile finish or fail with its state",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes, { device: "gpu" });
    await network.run({ data: numbers });
    const runs = Array.from({ length: 3 }, () => network.run({ data: numbers }));
    network.destroy();
    for (const run of await Promise.allSettled(runs)) {
      if (run.status === "fulfilled") assert.deepEqual(run.value.relu, rectified);
      else assert.equal(run.reason.message, "Cannot run network: it was destroyed meanwhile");
    }
    await assert.rejects(network.run({ data: numbers }), { message: /it was destroyed$/ });
  },
});

Deno.test("a caller may overwrite the inputs of a run", async () => {
  const network = await load();
  const data = new Float32Array(6), runs: Promise<Record<string, Tensor>>[] = [];
  for (let i = 1; i < 4; i++) {
    data.set([0, i, 0, 0, 0, 0]);
    runs.push(network.run({ data }));
  }
  const results = await Promise.all(runs);
  assert.deepEqual(results.map(({ relu }) => relu!.data[0]), [1, 2, 3]);
});

Deno.test("a caller may change the list of outputs of a run", async () => {
  const network = await load(), outputs = ["relu"];
  const running = network.run({ data: numbers }, { outputs });
  outputs.push("data");
  assert.deepEqual(await running, { relu: rectified });
  network.destroy();
});
