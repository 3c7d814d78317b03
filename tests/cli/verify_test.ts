import assert from "node:assert/strict";
import { Folder, pathOf } from "./command.ts";

/** A folder with the bundle of a recorded case. */
async function withCase(name: string): Promise<Folder> {
  const folder = new Folder();
  const at = pathOf(`tests/goldens/layers/${name}/`);
  folder.write("golden.npz", Deno.readFileSync(`${at}golden.npz`));
  await folder.done(
    ...["convert", `${at}net.prototxt`, "--caffemodel", `${at}net.caffemodel`],
    ...["--data-output-path", "m.npz"],
  );
  return folder;
}

const command = ["verify", "m.npz", "--golden", "golden.npz", "--device", "cpu"];

Deno.test("verify compares each recorded blob, and passes for a correct network", async () => {
  using folder = await withCase("block_mobilenet");
  const text = await folder.done(...command);
  assert.match(text, /^pw +\[2, 10, 5, 4\] +\S+ +ok$/m);
  assert.match(text, /^layer:pw_relu:pw +\[2, 10, 5, 4\] +\S+ +ok$/m);
  assert.match(text, /^layer:bn_dw:dw +\[2, 6, 5, 4\] +folded$/m);
  assert.match(text, /^layer:dw:dw +\[2, 6, 5, 4\] +overwritten$/m);
  assert.match(text, /, 0 failed; the largest difference is \d\.\de-\d\n$/);

  const rows = JSON.parse(await folder.done(...command, "--json"));
  const row = rows.find(({ key }: { key: string }) => key === "blob:pw");
  assert.deepEqual(Object.keys(row), ["key", "shape", "difference", "state", "fails"]);
  assert.ok(row.difference < 1e-5 && row.state === "ok" && !row.fails);
});

Deno.test("folded blobs fail with --all", async () => {
  using folder = await withCase("block_mobilenet");
  assert.equal((await folder.kaffe(...command, "--all")).code, 1);
});

Deno.test("one wrong number fails, unless the tolerance allows it", async () => {
  using folder = await withCase("block_resnet");
  const arrays = await folder.arrays("golden.npz");
  const { data } = arrays.get("blob:res")!;
  const largest = Math.max(...data.map(Math.abs));
  data[17]! += 0.01 * largest;
  folder.writeArrays("golden.npz", arrays);
  const { code, stdout } = await folder.kaffe(...command);
  assert.equal(code, 1);
  assert.match(stdout, /^res +\[2, 8, 5, 5\] +(1\.0e-2|9\.9e-3) +differs$/m);
  await folder.done(...command, "--tolerance", "0.02");
});

Deno.test("keys without prefixes are blobs, and samples are compared at their indices", async () => {
  using folder = await withCase("block_resnet");
  const arrays = await folder.arrays("golden.npz");
  const input = arrays.get("input:x")!;
  const { data } = arrays.get("blob:res")!;
  const index = Float32Array.of(3, 399, 5);
  const sample = { shape: [3], data: index.map((at) => data[at]!) };
  const positions = ["res@index", { shape: [3], data: index }] as const;
  folder.writeArrays("golden.npz", [["x", input], ["res", sample], positions]);
  assert.match(await folder.done(...command), /^res +\[2, 8, 5, 5\] +\S+ +ok$/m);

  folder.writeArrays("golden.npz", [["res", sample], positions]);
  const without = await folder.kaffe(...command);
  assert.equal(without.code, 1);
  assert.match(
    without.stderr,
    /input "x" \[2, 6, 9, 9\] is missing; give it with --input x=x\.npy/,
  );
  folder.writeArray("x.npy", input);
  await folder.done(...command, "--input", "x=x.npy");

  index[1] = 400;
  folder.writeArrays("golden.npz", [["res", sample], ["res@index", { shape: [3], data: index }]]);
  const beyond = await folder.kaffe(...command, "--input", "x=x.npy");
  assert.equal(beyond.code, 1);
  assert.match(beyond.stdout, /^res +\[2, 8, 5, 5\] +is too small$/m);
});

Deno.test("recordings of another network are refused", async () => {
  using folder = await withCase("block_resnet");
  const input = (await folder.arrays("golden.npz")).get("input:x")!;
  folder.writeArrays("golden.npz", [["input:x", input], ["blob:other", input]]);
  const { code, stderr } = await folder.kaffe(...command);
  assert.equal(code, 1);
  assert.equal(stderr, "Cannot verify m.npz: golden.npz has none of its blobs\n");
});
