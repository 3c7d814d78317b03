/**
 * The benchmarks of the CPU engine, which need neither a GPU nor recorded networks.
 */
import assert from "node:assert/strict";
import { Folder, pathOf } from "../cli/command.ts";

/** Runs benchmarks in an empty folder, where Linux has no adapter. */
async function bench(...args: readonly string[]) {
  using folder = new Folder();
  folder.env = { DENO_WEBGPU_BACKEND: "dx12" };
  const config = ["--no-lock", "-c", pathOf("deno.json")];
  return await folder.deno("run", "--quiet", "-A", ...config, pathOf("bench/mod.ts"), ...args);
}

Deno.test({
  name: "without a GPU, the shares of the peak that kernels reach are measured",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { code, stdout, stderr } = await bench("--only", "cpu", "--networks", "MobileNet v1");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^no GPU, /);
    assert.match(stdout, /^a thread of the CPU: at most [\d.]+ GFLOP\/s$/m);
    for (const kernel of ["convolve", "depthwise"]) {
      assert.match(stdout, new RegExp(`^${kernel} .* \\d+ %$`, "m"));
    }
  },
});

Deno.test("networks that are unknown or missing are refused", async () => {
  const refusals = [
    ["GoogleNet", /^Cannot measure "GoogleNet": the networks are SqueezeNet 1\.0, GoogLeNet, /],
    ["GoogLeNet", /^Cannot read \S+googlenet\.prototxt: .*; --nets names the folder of the netw/],
  ] as const;
  for (const [name, message] of refusals) {
    const { code, stderr } = await bench("--only", "cpu", "--networks", name);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n {4}at /);
    assert.equal(code, 1);
  }
});

Deno.test("the options are listed, and a wrong one is refused", async () => {
  const { code, stdout } = await bench("--help");
  assert.match(stdout, /^Benchmarks .+\n\nusage: deno task bench \[options\]\n\n {2}--only SECT/);
  assert.match(stdout, /^ {2}deno task bench --only kernels,ceiling /m);
  assert.equal(code, 0);
  const refusals = [
    [["--onyl", "cpu"], /^deno task bench: unknown option --onyl \(did you mean "--only"\?\)\n/],
    [
      ["--only", "gpu"],
      /^deno task bench: cannot measure "gpu": --only names some of ceiling, cpu, /,
    ],
    [["--batch", "0"], /^deno task bench: --batch /],
  ] as const;
  for (const [args, message] of refusals) {
    const { code, stderr } = await bench(...args);
    assert.match(stderr, message);
    assert.equal(code, 2);
  }
});
