import assert from "node:assert/strict";
import { wrongImports, wrongNames } from "../../scripts/check_imports.ts";

Deno.test("the imports of the project are allowed", async () => {
  const script = new URL("../../scripts/check_imports.ts", import.meta.url);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script.href],
    env: { NO_COLOR: "1" },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(errors, "");
  assert.match(output!, /^\d{3,} imports in \d{3,} files point the right way\n$/);
  assert.ok(success);
});

for (
  const [from, to, reason] of [
    ["runtime/a.ts", "lib/b.ts", "runtime may import only runtime"],
    [
      "runtime/a.ts",
      "npm:fflate@0.8.3",
      "fflate is for scripts, tests, examples, lib/emit/, lib/hdf5/ only",
    ],
    ["proto/a.ts", "runtime/b.ts", "proto may import only proto"],
    ["lib/a.ts", "mod.ts", "lib may import only lib, proto, runtime"],
    ["lib/a.ts", "node:fs", "node is for scripts, tests, examples, cli/ only"],
    [
      "lib/a.ts",
      "npm:/fflate@0.8.3",
      "fflate is for scripts, tests, examples, lib/emit/, lib/hdf5/ only",
    ],
    ["cli/a.ts", "scripts/b.ts", "cli may import only cli, mod.ts, lib, proto, runtime, deno.json"],
    [
      "lib/a.ts",
      "npm:@tensorflow/tfjs-core@4.22.0/dist/index.js",
      "@tensorflow/tfjs-core is for scripts, tests, examples, lib/tf/, cli/ only",
    ],
  ] as const
) {
  Deno.test(`${from} may not import ${to}`, () => {
    assert.deepEqual(wrongImports([{ from, written: "it", to }]), [
      `${from} imports "it": ${reason}`,
    ]);
  });
}

Deno.test("allowed imports are accepted", () => {
  const allowed = [
    ["runtime/ops/a.ts", "runtime/b.ts"],
    ["lib/emit/npz.ts", "npm:fflate@0.8.3"],
    ["proto/wire.ts", "npm:protobufjs@8.8.1/minimal.js"],
    ["cli/a.ts", "npm:@jsquash/png@3.1.1/decode.js"],
    ["tests/a.ts", "scripts/b.ts"],
    ["scripts/a.ts", "examples/b.ts"],
    ["examples/a.ts", "mod.ts"],
  ] as const;
  assert.deepEqual(wrongImports(allowed.map(([from, to]) => ({ from, written: "it", to }))), []);
});

Deno.test("imports that form a cycle are found", () => {
  const imports = [["tests/a.ts", "scripts/b.ts"], ["scripts/c.ts", "examples/d.ts"], [
    "examples/e.ts",
    "scripts/f.ts",
  ]] as const;
  assert.deepEqual(wrongImports(imports.map(([from, to]) => ({ from, written: "it", to }))), [
    "imports form a cycle: scripts → examples → scripts",
  ]);
});

Deno.test("names of Deno and Node are found in code, and not in comments", () => {
  const text = `/** Deno, Buffer. */
// process
const url = "https://deno.land"; // Deno
const bytes = new ArrayBuffer(Buffer.length);
this.process(navigator.userAgent.startsWith("Deno/"));
await Deno.readFile(url);
`;
  assert.deepEqual(wrongNames("runtime/a.ts", text), [
    "runtime/a.ts:4 names Buffer, which is not in every browser",
    "runtime/a.ts:6 names Deno, which is not in every browser",
  ]);
  assert.deepEqual(wrongNames("cli/a.ts", text), []);
});
