/**
 * Profiles of networks.
 */
import assert from "node:assert/strict";
import { Network } from "../../runtime/mod.ts";
import { hasGpu } from "../gpu.ts";
import { bytes, load, numbers, rectified } from "./small_network.ts";

Deno.test({
  name: "profile() on the GPU measures each dispatch",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes, { device: "gpu" });
    const rows = await network.profile({ data: numbers });
    network.destroy();
    const what = rows.map(({ node, op, macs }) => ({ node, op, macs }));
    assert.deepEqual(what, [
      { node: "relu", op: "conv2d", macs: 8 },
      { node: "relu", op: "layout", macs: 0 },
    ]);
    for (const { milliseconds } of rows) {
      assert(milliseconds > 0 && milliseconds < 1000, `${milliseconds} ms`);
    }
  },
});

Deno.test("profile() on the CPU measures each kernel", async () => {
  const network = await load();
  const rows = await network.profile({ data: numbers });
  const known = { node: "relu", op: "conv2d" };
  assert.deepEqual(rows.map(({ milliseconds: _, ...what }) => what), [
    { ...known, variant: "convolve", macs: 8 },
    { ...known, variant: "move", macs: 0 },
  ]);
  for (const { milliseconds } of rows) assert(milliseconds > 0 && milliseconds < 1000);
});

for (const [device, ignore] of [["cpu", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `profile() measures one run, also beside concurrent runs, on the ${device}`,
    ignore,
    async fn() {
      const network = await Network.load(bytes, { device });
      const alone = (await network.profile({ data: numbers })).length;
      const run = async () => {
        for (let i = 0; i < 5; i++) {
          assert.deepEqual(await network.run({ data: numbers }), { relu: rectified });
        }
      };
      const profile = async () => (await network.profile({ data: numbers })).length;
      const [, first, second] = await Promise.all([run(), profile(), profile(), run(), run()]);
      assert.deepEqual([first, second, await profile()], [alone, alone, alone]);
      const late = profile();
      network.destroy();
      await assert.rejects(late, { message: "Cannot run network: it was destroyed meanwhile" });
    },
  });
}

Deno.test('profile() refuses the device "reference"', async () => {
  const network = await Network.load(bytes, { device: "reference" });
  await assert.rejects(network.profile({ data: numbers }), {
    message: 'Cannot profile the network: the device "reference" measures nothing',
  });
});
