/**
 * Networks release the bundle's bytes once they are destroyed or garbage-collected.
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

/** A network that has run, and a weak reference to the bytes of its bundle. */
async function runNetwork(device: "cpu" | "reference" | GPUDevice) {
  const bytes = bundle.slice(), network = await Network.load(bytes, { device });
  await network.run({ data: new Float32Array(500) });
  return { network, weights: new WeakRef(bytes.buffer) };
}

/** Whether a buffer is garbage-collected. */
async function isCollected(buffer: WeakRef<ArrayBuffer>): Promise<boolean> {
  for (let turn = 0; turn < 20 && buffer.deref() !== undefined; turn++) {
    // After `deref()`, an object is kept alive until the turn of the event loop ends.
    await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
  }
  return buffer.deref() === undefined;
}

for (const [name, ignore] of [["cpu", false], ["reference", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `a destroyed network releases its weights while it is referenced, on the ${name}`,
    ignore,
    async fn() {
      const device = name === "gpu" ? await openDevice() : name;
      const { network, weights } = await runNetwork(device);
      const description = network.device;
      network.destroy();
      assert.ok(await isCollected(weights), "its weights are still in memory");
      assert.deepEqual([network.device, network.outputs, network.names], [
        description,
        ["dense"],
        ["data", "dense"],
      ]);
      if (typeof device === "object") device.destroy();
    },
  });

  Deno.test({
    name: `a network without references releases its weights, on the ${name}`,
    ignore,
    async fn() {
      const device = name === "gpu" ? await openDevice() : name;
      const { weights } = await runNetwork(device);
      assert.ok(await isCollected(weights), "its weights are still in memory");
      if (typeof device === "object") device.destroy();
    },
  });
}
