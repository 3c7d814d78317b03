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
    const files = await copyRuntime(new URL("runtime/", root), `${folder}/runtime`);
    await Deno.writeTextFile(`${folder}/deno.json`, "{}");
    await bundle(folder, "runtime/mod.ts", "kaffe-runtime.js", "--minify");
    // The declarations of a module do not hold those that it imports, so this one exports all.
    const all = files.map((file) => `export * from "./runtime/${file}";\n`).join("");
    await Deno.writeTextFile(`${folder}/all.ts`, all);
    await bundle(folder, "all.ts", "all.js", "--declaration");
    return {
      code: typesBeside + await Deno.readTextFile(`${folder}/kaffe-runtime.js`),
      types: await format(gatherTypes(
        await Deno.readTextFile(`${folder}/all.d.ts`),
        await Deno.readTextFile(new URL("runtime/mod.ts", root)),
      )),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A shader without comments, indentation and empty lines. */
export function shortenShader(code: string): string {
  return code.replace(/[ \t]*\/\/.*/g, "").replace(/\n[ \t\n]+/g, "\n");
}

/** Copies the runtime with shorter shaders, and gives the names of its files. */
async function copyRuntime(from: URL, to: string, below = ""): Promise<string[]> {
  await Deno.mkdir(to);
  const copied: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) {
      const folder = new URL(`${name}/`, from);
      copied.push(...await copyRuntime(folder, `${to}/${name}`, `${below}${name}/`));
    } else {
      const text = await Deno.readTextFile(new URL(name, from));
      const shaders = /(?<=\/\* wgsl \*\/ )`(?:\\.|[^`\\])*`/gs;
      await Deno.writeTextFile(`${to}/${name}`, text.replace(shaders, shortenShader));
      copied.push(below + name);
    }
  }
  return copied.sort();
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

/** How many bytes a text has, plain and gzipped. */
export async function sizesOf(text: string): Promise<{ plain: number; gzipped: number }> {
  const gzip = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzipped = await new Response(gzip).bytes();
  return { plain: new TextEncoder().encode(text).length, gzipped: gzipped.length };
}

if (import.meta.main) {
  const dist = new URL("dist/", root);
  await Deno.mkdir(dist, { recursive: true });
  const { code, types } = await buildRuntime();
  for (const [name, text] of [["kaffe-runtime.js", code], ["kaffe-runtime.d.ts", types]] as const) {
    await Deno.writeTextFile(new URL(name, dist), text);
    const { plain, gzipped } = await sizesOf(text);
    console.log(`dist/${name}: ${plain} bytes, ${gzipped} gzipped`);
  }
}
