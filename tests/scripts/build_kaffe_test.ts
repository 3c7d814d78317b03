/**
 * The converter and the runtime as one file: it has no imports, writes the same bundles as the
 * modules, and its types are right.
 */
import assert from "node:assert/strict";
import { convert, writeBundle } from "../../mod.ts";
import { buildKaffe } from "../../scripts/build.ts";
import { checkTypes } from "./check_types.ts";

const { code, types } = await buildKaffe();
const folder = Deno.makeTempDirSync({ prefix: "kaffe-built-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await Deno.writeTextFile(`${folder}/kaffe.js`, code);
await Deno.writeTextFile(`${folder}/kaffe.d.ts`, types);

Deno.test("the one-file converter imports nothing, and evaluates no code", () => {
  assert.doesNotMatch(code, /\bDeno\b(?!\/)|["'`](node|npm|jsr):/);
  assert.doesNotMatch(code, /[;}]import\b|\bimport\(|\brequire\(|\beval\(|\bFunction\(/);
  assert.doesNotMatch(code + types, /file:\/\/|kaffe-build/);
});

Deno.test("the one-file converter writes the same bundle as the modules", async () => {
  const built: { convert: typeof convert; writeBundle: typeof writeBundle } = await import(
    `file://${folder}/kaffe.js`
  );
  assert.notEqual(built.convert, convert);
  const bytes = Deno.readFileSync(
    new URL("../../examples/digits/digits.caffemodel", import.meta.url),
  );
  const network = { bytes, name: "digits.caffemodel" };
  const expected = [...writeBundle(convert(network))];
  assert.deepEqual([...built.writeBundle(built.convert(network))], expected);
});

Deno.test("the types of the one-file converter are right", async () => {
  await checkTypes(
    folder,
    `
    import { convert, type ConvertOptions, defineLayer, float, message, type Model, Network,
      writeBundle, writeSource } from "./kaffe.js";
    const options: ConvertOptions = { phase: "TEST", preprocessing: { mean: [1, 2, 3] } };
    const model: Model = convert({ bytes: new Uint8Array(), name: "a.prototxt" }, options);
    const parts: Uint8Array[] = [...writeBundle(model, { weights: "float16" })];
    const source: string = writeSource(model, { className: "Net" });
    const macs: number = model.summary.reduce((sum, row) => sum + row.macs, 0);
    await Network.load(parts[0]!, { device: "cpu" });
    await Network.load(new File([], "model.npz"));
    export const swish = defineLayer({
      type: "Swish",
      param: { name: "swish_param", number: 147, message: message("P", { beta: float(1, 1) }) },
      lower: ({ param: { beta }, bottoms }) => beta.toFixed() === "" ? [] : [bottoms[0]!],
    });
    // @ts-expect-error: there is no such phase.
    convert({ bytes: new Uint8Array(), name: "" }, { phase: "NONE" });
    // @ts-expect-error: bytes are missing.
    convert({ name: "a.prototxt" });
    // @ts-expect-error: there are no such weights.
    writeBundle(model, { weights: "float64" });
    export { macs, source };
`,
  );
});
