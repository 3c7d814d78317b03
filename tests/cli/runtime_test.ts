/**
 * `kaffe runtime`: runtimes that are reduced to the ops of some networks.
 */
import assert from "node:assert/strict";
import { Network } from "../../runtime/mod.ts";
import { sizesOf } from "../../scripts/build.ts";
import { difference, readNpz } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Folder, pathOf } from "./command.ts";

const folder = new Folder();
globalThis.addEventListener("unload", () => folder[Symbol.dispose]());
folder.write(
  "other.prototxt",
  `input: "data" input_shape { dim: 1 dim: 1 dim: 2 dim: 2 }
  layer { name: "norm" type: "LRN" bottom: "data" top: "norm" }`,
);
await folder.done("convert", "other.prototxt", "--data-output-path", "other.npz");
await folder.done(
  ...["convert", pathOf("examples/digits/deploy.prototxt")],
  ...["--caffemodel", pathOf("examples/digits/digits.caffemodel")],
  ...["--data-output-path", "digits.npz"],
);
const read = (name: string) => Deno.readFileSync(folder.at(name));
const [digits, other] = [read("digits.npz"), read("other.npz")];
const data = Array.from({ length: 28 * 28 }, (_, i) => (i * 7 % 256) / 256);
const made = new Map<string, typeof Network>();
for (const device of ["gpu", "cpu", "both"]) {
  const file = `${device}.js`;
  const options = ["-o", file, "--device", device, "--no-types"];
  const text = await folder.done("runtime", "digits.npz", ...options);
  assert.match(text, /^Wrote \w+\.js \([\d.]+ kB, [\d.]+ kB gzipped\): concat, conv2d, dense, /);
  made.set(device, (await import(`file://${folder.at(file)}`)).Network);
}

for (
  const [has, device, ignore] of [
    ["cpu", "cpu", false],
    ["both", "cpu", false],
    ["gpu", "reference", false],
    ["gpu", "gpu", !hasGpu],
    ["both", "gpu", !hasGpu],
  ] as const
) {
  Deno.test({
    name: `a runtime made for a network (${has}) computes the same on the ${device}`,
    ignore,
    async fn() {
      const [expected, actual] = await Promise.all(
        [Network, made.get(has)!].map(async (Network) => {
          const network = await Network.load(digits, { device });
          const { prob } = await network.run({ data });
          network.destroy();
          return prob;
        }),
      );
      assert.deepEqual(actual, expected);
    },
  });
}

Deno.test("a runtime made for one network refuses another", async () => {
  for (const Network of made.values()) {
    await assert.rejects(Network.load(other, { device: "reference" }), {
      message: /^Cannot read the bundle: node "norm" \(lrn\) cannot be built: this runtime has no/,
    });
  }
});

Deno.test("a runtime has what its ops are computed with: 2D ops, curves of gates", async () => {
  const cases = [
    { name: "conv_3d", inputs: ["x"], output: "y" },
    { name: "lstm_basic", inputs: ["x", "cont"], output: "h" },
  ];
  const recorded = (name: string) => pathOf(`tests/goldens/layers/${name}`);
  for (const { name } of cases) {
    const files = [`${recorded(name)}/net.prototxt`, `${recorded(name)}/net.caffemodel`];
    await folder.done("convert", ...files, "--data-output-path", `${name}.npz`);
  }
  const bundles = cases.map(({ name }) => `${name}.npz`);
  await folder.done("runtime", ...bundles, "-o", "deep.mjs", "--device", "cpu", "--no-types");
  const deep: { Network: typeof Network } = await import(`file://${folder.at("deep.mjs")}`);
  for (const { name, inputs, output } of cases) {
    const golden = await readNpz(`${recorded(name)}/golden.npz`);
    const blob = (name: string) => golden.get(`blob:${name}`)!.data;
    const network = await deep.Network.load(read(`${name}.npz`));
    const blobs = await network.run(Object.fromEntries(inputs.map((name) => [name, blob(name)])));
    network.destroy();
    assert(difference(blobs[output]!.data, blob(output)) < 1e-6, name);
  }
});

Deno.test("a runtime made for several networks runs each", async () => {
  await folder.done("runtime", "digits.npz", "other.npz", "-o", "several.mjs", "--device", "cpu");
  const several: { Network: typeof Network } = await import(`file://${folder.at("several.mjs")}`);
  for (const bundle of [digits, other]) (await several.Network.load(bundle)).destroy();
  folder.write("uses.ts", uses);
  const { code, stderr } = await folder.deno("check", "--no-config", "uses.ts");
  assert.equal(code, 0, stderr);
});

Deno.test("a runtime made for one engine refuses the other", async () => {
  await assert.rejects(made.get("cpu")!.load(digits, { device: "gpu" }), {
    message: "Cannot run on the GPU: this runtime was made with --device cpu, not both",
  });
  await assert.rejects(made.get("gpu")!.load(digits, { device: "cpu" }), {
    message: "Cannot run on the CPU: this runtime was made with --device gpu, not both",
  });
});

Deno.test("a runtime with fewer engines or ops is smaller", () => {
  const [gpu, cpu, both] = ["gpu", "cpu", "both"].map((device) => read(`${device}.js`).length);
  assert.ok(gpu! < 0.8 * both! && cpu! < 0.8 * both!, `${gpu}, ${cpu}, ${both}`);
  assert.doesNotMatch(folder.read("cpu.js"), /@compute|requestAdapter/);
  const text = folder.read("both.js");
  assert.doesNotMatch(text, /displacement|variances|priorBox/);
  assert.doesNotMatch(text, /expm1|log1p/, "functions of one number that the network lacks");
  const { gzipped } = sizesOf(read("gpu.js"));
  assert.ok(gzipped < 42_000, `it is ${gzipped} bytes`);
});

/** A program that is type-checked with a runtime's types. */
const uses = `import { Network } from "./several.mjs";
const network = await Network.load("model.npz", { device: "cpu" });
const { prob } = await network.run({ data: new Float32Array(3) });
console.log(prob?.shape.length);
// @ts-expect-error: there is no such device.
await Network.load("model.npz", { device: "tpu" });
`;

Deno.test("a runtime without bundles has every op, for one device", async () => {
  const text = await folder.done("runtime", "-o", "all.js", "--device", "cpu", "--no-types");
  assert.match(text, /^Wrote all\.js \([\d.]+ kB, [\d.]+ kB gzipped\): every op\n$/);
  const { Network: Any } = await import(`file://${folder.at("all.js")}`) as {
    Network: typeof Network;
  };
  for (const bundle of [digits, other]) (await Any.load(bundle)).destroy();
  await assert.rejects(
    Any.load(digits, { device: "gpu" }),
    /on the GPU: this runtime was made with --device cpu, not both$/,
  );
});
