/**
 * Builds the deployment in `dist/`: the runtime as one file, `kaffe-runtime.js`, the runtime with the
 * converter, `kaffe.js`, their types, and the page, `web/`.
 *
 * ```sh
 * deno task build
 * ```
 *
 * Modules are built from copies of their parts in an empty folder, so that they cannot include
 * anything else.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { copyConverter, copyRuntime } from "../cli/one_file/copy_runtime.ts";
import { inFolder, oneModule } from "../cli/one_file/one_module.ts";
import { typesBeside, typesOf } from "../cli/one_file/types.ts";
import { buildPage } from "../cli/page/build.ts";

/** A build, as text. */
export interface Built {
  /** A minified module. */
  readonly code: string;
  /** The declarations of what it exports. */
  readonly types: string;
}

const root = new URL("../", import.meta.url);

/** The source files of a built module. */
interface Sources {
  readonly name: string;
  /** The modules whose exports it re-exports. */
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
    const files = await copyConverter(folder);
    const entries = ["mod.ts", "runtime/mod.ts"];
    return await build(folder, { name: "kaffe", entries, files });
  });
}

async function build(folder: string, { name, entries, files }: Sources): Promise<Built> {
  return {
    code: typesBeside(`${name}.d.ts`) + await oneModule(folder, entries),
    types: await typesOf(folder, entries, files),
  };
}

/** The size of a file in bytes, uncompressed and with `gzip -9`. */
export function sizesOf(file: string | Uint8Array): { plain: number; gzipped: number } {
  const plain = typeof file === "string" ? new TextEncoder().encode(file) : file;
  return { plain: plain.length, gzipped: gzipSync(plain, { level: 9 }).length };
}

if (import.meta.main) {
  const dist = new URL("dist/", root);
  // Modules of earlier builds have other names.
  await Deno.remove(new URL("web/", dist), { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
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
