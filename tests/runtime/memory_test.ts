/**
 * What networks keep in memory: nothing, once they are destroyed, or nobody has them any more.
 */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { openDevice } from "../../runtime/gpu/device.ts";
import { Network } from "../../runtime/mod.ts";
import { hasGpu } from "../gpu.ts";
import { join } from "../join.ts";
import { Random, Sketch } from "../random.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const sketch = new Sketch();
const dense = sketch.add("dense", "dense", [
  sketch.input("data", [1, 500]),
  sketch.constant("weights", new Random(1).tensor([500, 500])),
], { output: 500, bias: false });
const bundle = join(writeBundle({ graph: sketch.finish(dense) }));

/** A network that has run, and what tells whether its weights are still in memory. */
async function used(device: "cpu" | "reference" | GPUDevice) {
  const bytes = bundle.slice(), network = await Network.load(bytes, { device });
  await network.run({ data: new Float32Array(500) });
  return { network, weights: new WeakRef(bytes.buffer) };
}

/** Whether something goes when garbage is collected. */
async function goes(thing: WeakRef<ArrayBuffer>): Promise<boolean> {
  for (let turn = 0; turn < 20 && thing.deref() !== undefined; turn++) {
    // What was looked at stays until the turn ends.
    await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
  }
  return thing.deref() === undefined;
}

for (const [name, ignore] of [["cpu", false], ["reference", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `a destroyed network that somebody keeps has no weights, on the ${name}`,
    ignore,
    async fn() {
      const device = name === "gpu" ? await openDevice() : name;
      const { network, weights } = await used(device);
      const told = network.device;
      network.destroy();
      assert.ok(await goes(weights), "its weights are still there");
      assert.deepEqual([network.device, network.outputs, network.names], [
        told,
        ["dense"],
        ["data", "dense"],
      ]);
      if (typeof device === "object") device.destroy();
    },
  });

  Deno.test({
    name: `a network that nobody has any more goes, on the ${name}`,
    ignore,
    async fn() {
      const device = name === "gpu" ? await openDevice() : name;
      const { weights } = await used(device);
      assert.ok(await goes(weights), "its weights are still there");
      if (typeof device === "object") device.destroy();
    },
  });
}
