import assert from "node:assert/strict";
import { hasGpu } from "../gpu.ts";
import { doubling, Folder } from "./command.ts";

async function withDoubling(): Promise<Folder> {
  const folder = new Folder();
  folder.write("net.prototxt", doubling);
  await folder.done("convert", "net.prototxt", "--data-output-path", "m.npz");
  return folder;
}

Deno.test("loading and runs are measured", async () => {
  using folder = await withDoubling();
  const text = await folder.done(
    "bench",
    "m.npz",
    "--device",
    "cpu",
    "--batch",
    "3",
    "--runs",
    "2",
  );
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

Deno.test("a profile of plain loops is refused", async () => {
  using folder = await withDoubling();
  const { code, stderr } = await folder.kaffe(
    "bench",
    "m.npz",
    "--profile",
    "--device",
    "reference",
  );
  assert.deepEqual([code, stderr], [
    1,
    'Cannot profile the network: the device "reference" measures nothing\n',
  ]);
});

Deno.test("measurements are printed as JSON", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", doubling);
  await folder.done("convert", "net.prototxt", "-o", "m.npz");
  const options = ["--json", "--profile", "--runs", "2", "--device", "cpu"];
  const told = JSON.parse(await folder.done("bench", "m.npz", ...options));
  assert.equal(told.name, "doubling");
  assert.deepEqual(Object.keys(told.milliseconds), ["load", "firstRun", "run"]);
  assert.ok(told.steps.length > 0 && told.steps[0].milliseconds >= 0);
});
