/**
 * The script for a machine with a real GPU, with a Deno that only notes what it is told.
 */
import assert from "node:assert/strict";

const script = new URL("../../bench/gpu_machine.sh", import.meta.url).pathname;

/** Runs the script in a folder of its own; `deno` is the text of the Deno that it runs. */
async function runIn(folder: string, deno: string, env: Record<string, string> = {}) {
  await Deno.writeTextFile(`${folder}/deno`, `#!/bin/sh\n${deno}\n`, { mode: 0o755 });
  for (const net of ["resnet50", "vgg16", "squeezenet_v1.0"]) {
    await Deno.writeTextFile(`${folder}/${net}.prototxt`, "");
  }
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: [script, "out/figures.json"],
    cwd: folder,
    env: { DENO: `${folder}/deno`, NETS: folder, PYTHON: `${folder}/none`, LOADERS: "", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-gpu-machine-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const ignore = Deno.build.os !== "linux";

Deno.test({
  name:
    "gpu_machine.sh measures our networks, then each kernel, then races, into files of their own",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const { code, said } = await runIn(folder, `[ "$1" = --version ] || echo "ran: $*"`);
      assert.equal(code, 0, said);
      const runs = said.split("\n").filter((line) => line.startsWith("ran: "));
      const files = runs.map((run) => run.match(/--json (\S+)/)![1]);
      assert.deepEqual(
        files,
        [".ours", ".kernels", ""].map((part) => `${folder}/out/figures${part}.json`),
      );
      assert.deepEqual(
        runs.map((run) => run.match(/--only (\S+)/)![1]),
        ["ceiling,networks", "every-kernel", "networks,ceiling,kernels"],
      );
      assert.doesNotMatch(said, /--pytorch/);
    }),
});

Deno.test({
  name: "gpu_machine.sh goes on after a part that hangs or fails, and ends in time",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const deno = `case "$*" in *every-kernel*) exit 3;; *--json*) echo began; sleep 60;; esac`;
      const start = performance.now();
      const limits = { SECONDS_OF_ALL: "6", OURS: "2", LEAST: "1" };
      const { code, said } = await runIn(folder, deno, limits);
      assert(performance.now() - start < 30_000);
      assert.equal(code, 0, said);
      assert.match(said, /ours\.json: it ended early \(124\)/);
      assert.match(said, /kernels\.json: it ended early \(3\)/);
      assert.equal(said.match(/began/g)!.length, 2);
    }),
});

Deno.test({
  name: "gpu_machine.sh says at once what it lacks",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const nets = await runIn(folder, "", { NETS: `${folder}/none` });
      assert.equal(nets.code, 1);
      assert.match(
        nets.said,
        /^Cannot measure: there is no .*\/none\/resnet50\.prototxt\. Set NETS/,
      );
      const deno = await runIn(folder, "", { DENO: `${folder}/nowhere` });
      assert.equal(deno.code, 1);
      assert.match(deno.said, /^Cannot measure: there is no Deno at ".*\/nowhere"\. Set DENO/);
    }),
});
