import assert from "node:assert/strict";
import { hasGpu } from "../gpu.ts";
import { withDoubling } from "./command.ts";

Deno.test("the times of loading and of runs are printed", async () => {
  using folder = await withDoubling();
  const options = ["--device", "cpu", "--batch", "3", "--runs", "2"];
  const text = await folder.done("bench", "m.npz", ...options);
  assert.match(text, /^load [\d.]+ ms, first run [\d.]+ ms\nrun [\d.]+ ms \(median of 2\)$/m);
});

Deno.test({
  name: "a profile has a row for each dispatch",
  ignore: !hasGpu,
  async fn() {
    using folder = await withDoubling();
    const text = await folder.done("bench", "m.npz", "--profile", "--runs", "2");
    assert.match(text, /^relu +\w+ .*\d\.\d{3} +[\d.]+ %/m);
    assert.match(text, /^\d+ dispatches /m);
  },
});

Deno.test("a profile on the reference is refused", async () => {
  using folder = await withDoubling();
  const options = ["--profile", "--device", "reference"];
  const { code, stderr } = await folder.kaffe("bench", "m.npz", ...options);
  assert.deepEqual([code, stderr], [
    1,
    'Cannot profile the network: the device "reference" measures nothing\n',
  ]);
});

Deno.test("measurements are printed as JSON", async () => {
  using folder = await withDoubling();
  const options = ["--json", "--profile", "--runs", "2", "--device", "cpu"];
  const { name, milliseconds, steps } = JSON.parse(
    await folder.done("bench", "m.npz", ...options),
  );
  assert.equal(name, "doubling");
  assert.deepEqual(Object.keys(milliseconds), ["load", "firstRun", "run"]);
  assert.ok(steps.length > 0 && steps[0].milliseconds >= 0);
});
