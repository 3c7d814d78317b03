/**
 * What commands load when they start.
 */
import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

/** The files that are loaded before a module runs. */
async function loadedBy(file: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", file],
    cwd: root,
  }).output();
  const { modules }: { modules: ModuleInfo[] } = JSON.parse(new TextDecoder().decode(stdout));
  const known = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set([new URL(file, root).href]);
  // Iterating over a set includes what is added meanwhile.
  for (const specifier of loaded) {
    for (const { code, isDynamic } of known.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined && !isDynamic) loaded.add(code.specifier);
    }
  }
  return [...loaded].map((specifier) => specifier.replace(root.href, ""));
}

Deno.test("commands that run no network load no engine", async () => {
  for (const name of ["convert", "inspect", "weights", "runtime", "layers", "mean", "upgrade"]) {
    const loaded = await loadedBy(`cli/${name}.ts`);
    assert.ok(loaded.includes("cli/command.ts"), name);
    assert.deepEqual(loaded.filter((file) => file.startsWith("runtime/engines/")), [], name);
  }
});

Deno.test("the conversion loads ONNX and TensorFlow only for their models", async () => {
  const loaded = await loadedBy("cli/convert.ts");
  for (const file of ["lib/emit/onnx/onnx_model.ts", "lib/emit/tfjs/compile.ts"]) {
    assert.ok(Deno.statSync(new URL(file, root)).isFile, file);
    assert.ok(!loaded.includes(file), file);
  }
});

Deno.test("commands load packages and Node's file system only for Caffe's files, or to write", async () => {
  for (const file of ["cli.ts", "cli/classify.ts", "cli/inspect.ts", "cli/layers.ts"]) {
    const loaded = await loadedBy(file);
    assert.ok(loaded.includes("cli/files.ts"), file);
    assert.deepEqual(loaded.filter((name) => /^npm:|^node:fs/.test(name)), [], file);
  }
});
