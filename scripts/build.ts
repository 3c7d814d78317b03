/**
 * Makes one file of the runtime, `dist/kaffe-runtime.js`, and its types beside it.
 *
 * ```sh
 * deno task build
 * ```
 *
 * It is made from a copy of `runtime/` in an empty folder, so it can hold nothing else.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { minify } from "terser";
import { copyRuntime } from "./build/copy_runtime.ts";
import { gatherTypes } from "./build/types.ts";

/** What was made, as text. */
export interface Built {
  /** A minified module. */
  readonly code: string;
  /** The declarations of what it exports. */
  readonly types: string;
}

const root = new URL("../", import.meta.url);

/** Tells Deno where the types are; others look beside the file anyway. */
const typesBeside = '/* @ts-self-types="./kaffe-runtime.d.ts" */\n';

/** The runtime as one module. */
export async function buildRuntime(): Promise<Built> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-build-" });
  try {
    const files = await copyRuntime(`${folder}/runtime`);
    await Deno.writeTextFile(`${folder}/deno.json`, "{}");
    await bundle(folder, "runtime/mod.ts", "kaffe-runtime.js", "--minify");
    // The declarations of a module do not hold those that it imports, so this one exports all.
    // Nothing public is of the CPU engine, whose kernels have the names of their ops.
    const all = files.filter((file) => !file.startsWith("cpu/")).map((file) =>
      `export * from "./runtime/${file}";\n`
    ).join("");
    await Deno.writeTextFile(`${folder}/all.ts`, all);
    await bundle(folder, "all.ts", "all.js", "--declaration");
    return {
      code: typesBeside + await shorten(await Deno.readTextFile(`${folder}/kaffe-runtime.js`)),
      types: await format(gatherTypes(
        await Deno.readTextFile(`${folder}/all.d.ts`),
        await Deno.readTextFile(new URL("runtime/mod.ts", root)),
      )),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Says the same in fewer words than the bundler does, which looks at one expression at a time. */
async function shorten(code: string): Promise<string> {
  const options = { module: true, ecma: 2020, compress: { passes: 2 } } as const;
  return (await minify(code, options)).code! + "\n";
}

async function bundle(folder: string, from: string, to: string, how: string): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "browser", how, "--output", to, from];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder })
    .output();
  if (!success) throw new Error(`Cannot bundle ${from}: ${new TextDecoder().decode(stderr)}`);
}

/** The text as `deno fmt` lays it out. */
async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "ts", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  await new Blob([text]).stream().pipeTo(child.stdin);
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot format the types");
  return new TextDecoder().decode(stdout);
}

/** How many bytes a text has, plain and as `gzip -9` makes it. */
export function sizesOf(text: string): { plain: number; gzipped: number } {
  const plain = new TextEncoder().encode(text);
  return { plain: plain.length, gzipped: gzipSync(plain, { level: 9 }).length };
}

if (import.meta.main) {
  const dist = new URL("dist/", root);
  await Deno.mkdir(dist, { recursive: true });
  const { code, types } = await buildRuntime();
  for (const [name, text] of [["kaffe-runtime.js", code], ["kaffe-runtime.d.ts", types]] as const) {
    await Deno.writeTextFile(new URL(name, dist), text);
    const { plain, gzipped } = sizesOf(text);
    console.log(`dist/${name}: ${plain} bytes, ${gzipped} gzipped`);
  }
}
