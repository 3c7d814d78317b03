/**
 * The runtime as one file: it is small, has no imports, and computes the same as the modules.
 */
import assert from "node:assert/strict";
import { freshDrawings } from "../../examples/digits/draw.ts";
import { convert, writeBundle } from "../../mod.ts";
import { Network } from "../../runtime/mod.ts";
import { buildRuntime, sizesOf } from "../../scripts/build.ts";
import { hasGpu } from "../gpu.ts";
import { checkTypes } from "./check_types.ts";

const { code, types } = await buildRuntime();
const folder = Deno.makeTempDirSync({ prefix: "kaffe-built-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await Deno.writeTextFile(`${folder}/kaffe-runtime.js`, code);
await Deno.writeTextFile(`${folder}/kaffe-runtime.d.ts`, types);

Deno.test("the one-file runtime is at most 80.4 KB gzipped", () => {
  const { gzipped } = sizesOf(code);
  assert.ok(gzipped <= 80_400, `it is ${gzipped} bytes`);
});

Deno.test("the one-file runtime imports nothing, and names nothing of Deno", () => {
  assert.doesNotMatch(code, /\bDeno\b(?!\/)|["'`](node|npm|jsr):/);
  assert.doesNotMatch(code, /^import\b|[;}]import\b|\bimport\(|\brequire\(/m);
  assert.doesNotMatch(code + types, /file:|kaffe-build/);
});

for (
  const [device, ignore] of [["cpu", false], ["reference", false], ["gpu", !hasGpu]] as const
) {
  Deno.test({
    name: `the one-file runtime computes the same as the modules on the ${device}`,
    ignore,
    async fn() {
      const built: { Network: typeof Network } = await import(`file://${folder}/kaffe-runtime.js`);
      assert.notEqual(built.Network, Network);
      const bundle = digits();
      const data = freshDrawings(3, 79).flatMap(({ image }) => Array.from(image, (x) => x / 256));
      const [expected, actual] = await Promise.all(
        [Network, built.Network].map(async (Network) => {
          const network = await Network.load(bundle, { device });
          const { prob } = await network.run({ data });
          network.destroy();
          return prob!;
        }),
      );
      assert.deepEqual(actual, expected);
    },
  });
}

Deno.test("the types of the one-file runtime are right", async () => {
  await checkTypes(
    folder,
    `
    import { largest, Network, type Preprocessing, preprocess } from "./kaffe-runtime.js";
    export class Tiny extends Network {
      protected override setup(): void {
        const data = this.input("data", [1, 3, 8, 8]);
        data.conv2d("conv", { output: 4, kernel: [3, 3] }, { weights: "w" }).as("other")
          .pool2d("pool", { method: "max", kernel: [2, 2] })
          .relu("relu", { slope: 0.1 });
        // @ts-expect-error: the output must be a number.
        data.conv2d("conv", { output: "4", kernel: [3, 3] });
        // @ts-expect-error: the kernel is missing.
        data.conv2d("conv", { output: 4 });
        // @ts-expect-error: there is no such method of pooling.
        data.pool2d("pool", { method: "most", kernel: [2, 2] });
        // @ts-expect-error: there is no such setting.
        data.relu("relu", { slop: 1 });
        // @ts-expect-error: there is no such op.
        data.pool("pool");
        this.output("relu");
      }
    }
    const network: Tiny = await Tiny.load(new Uint8Array(), { device: "cpu" });
    const how: Preprocessing | null = network.preprocessing;
    const { prob } = await network.run({ data: [1] }, { outputs: ["relu"] });
    if (prob && how) largest(prob.data, 1)[0]?.index.toFixed();
    // @ts-expect-error: there is no such device.
    await Network.load("model.npz", { device: "tpu" });
    // @ts-expect-error: it wants the numbers first.
    largest(1, prob.data);
    export { preprocess };
`,
  );
});

function digits(): Uint8Array<ArrayBuffer> {
  const read = (name: string) => ({
    bytes: Deno.readFileSync(new URL(`../../examples/digits/${name}`, import.meta.url)),
    name,
  });
  const parts = [...writeBundle(convert(read("digits.caffemodel")))];
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
