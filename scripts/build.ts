/**
 * Makes what is deployed, in `dist/`: one file of the runtime, `kaffe-runtime.js`, one that has the
 * converter as well, `kaffe.js`, their types beside them, and the page, `web/`.
 *
 * ```sh
 * deno task build
 * ```
 *
 * The modules are made from copies of their parts in an empty folder, so they can hold nothing else.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { copyFolder, copyRuntime } from "../cli/one_file/copy_runtime.ts";
import { exportAll, inFolder, oneModule } from "../cli/one_file/module.ts";
import { buildPage } from "../cli/page/build.ts";
import { bundle } from "../cli/page/bundle.ts";
import { gatherTypes } from "./build/types.ts";

/** What was made, as text. */
export interface Built {
  /** A minified module. */
  readonly code: string;
  /** The declarations of what it exports. */
  readonly types: string;
}

const root = new URL("../", import.meta.url);

/** What a module is made of, in a folder of its own. */
interface Ingredients {
  readonly name: string;
  /** The modules whose exports it has. */
  readonly entries: readonly string[];
  /** All modules. */
  readonly files: readonly string[];
}

/** The runtime as one module. */
export function buildRuntime(): Promise<Built> {
  return inFolder(async (folder) => {
    const files = (await copyRuntime(`${folder}/runtime`)).map((file) => `runtime/${file}`);
    return await build(folder, { name: "kaffe-runtime", entries: ["runtime/mod.ts"], files });
  });
}

/** The converter and the runtime as one module. */
export function buildKaffe(): Promise<Built> {
  return inFolder(async (folder) => {
    await Deno.copyFile(new URL("mod.ts", root), `${folder}/mod.ts`);
    const copied = await Promise.all(["lib", "proto", "runtime"].map((part) => {
      return copyFolder(new URL(`${part}/`, root), `${folder}/${part}`, `${part}/`);
    }));
    const entries = ["mod.ts", "runtime/mod.ts"];
    return await build(folder, { name: "kaffe", entries, files: copied.flat() });
  });
}

async function build(folder: string, { name, entries, files }: Ingredients): Promise<Built> {
  // The declarations of a module do not hold those that it imports, so this one exports all. Nothing
  // public is of the CPU engine, whose kernels have the names of their ops, of TensorFlow's words or
  // of drawings.
  const declared = files.filter((file) =>
    !/^(runtime\/(cpu|engines)|lib\/(view|tf|emit\/tfjs))\//.test(file)
  );
  await Deno.writeTextFile(`${folder}/all.ts`, exportAll(declared, (i) => ` as module${i}`));
  await bundle("all.ts", "all.js", { folder, flag: "--declaration" });
  const texts = await Promise.all(
    entries.map((file) => Deno.readTextFile(new URL(file, root))),
  );
  // Tells Deno where the types are; others look beside the file anyway.
  const typesBeside = `/* @ts-self-types="./${name}.d.ts" */\n`;
  return {
    code: typesBeside + await oneModule(folder, entries),
    types: await format(
      gatherTypes(await Deno.readTextFile(`${folder}/all.d.ts`), texts.join("\n")),
    ),
  };
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

/** How many bytes a file has, plain and as `gzip -9` makes it. */
export function sizesOf(file: string | Uint8Array): { plain: number; gzipped: number } {
  const plain = typeof file === "string" ? new TextEncoder().encode(file) : file;
  return { plain: plain.length, gzipped: gzipSync(plain, { level: 9 }).length };
}

if (import.meta.main) {
  const dist = new URL("dist/", root);
  await Deno.mkdir(new URL("web/digits/", dist), { recursive: true });
  for (const [name, build] of [["kaffe-runtime", buildRuntime], ["kaffe", buildKaffe]] as const) {
    const { code, types } = await build();
    await Deno.writeTextFile(new URL(`${name}.js`, dist), code);
    await Deno.writeTextFile(new URL(`${name}.d.ts`, dist), types);
    const { plain, gzipped } = sizesOf(code);
    console.log(`dist/${name}.js: ${plain} bytes, ${gzipped} gzipped`);
  }
  let loaded = 0;
  for (const [path, bytes] of await buildPage()) {
    await Deno.writeFile(new URL(`web/${path}`, dist), bytes);
    if (!path.startsWith("digits/")) loaded += sizesOf(bytes).gzipped;
  }
  console.log(`dist/web/: ${loaded} bytes gzipped, without the example`);
}
