/**
 * Builds the page for `kaffe serve`, or any other static file server.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { copyRuntime } from "../one_file/copy_runtime.ts";
import { inFolder } from "../one_file/one_module.ts";
import { bundleTogether, root } from "../bundle_modules.ts";

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The modules of the page, of its worker and of its service worker, and the style sheet. */
const bundled = ["web/main.tsx", "web/worker.ts", "web/offline.ts", "web/style.css"];

/** The other files of the page, and their sources. */
const copied: Readonly<Record<string, string>> = {
  "index.html": "web/index.html",
  "icon.svg": "web/icon.svg",
  "digits/deploy.prototxt": "examples/digits/deploy.prototxt",
  "digits/digits.caffemodel": "examples/digits/digits.caffemodel",
  "digits/labels.txt": "examples/digits/labels.txt",
};

/** Builds all files of the page, which takes about two seconds. */
export async function buildPage(): Promise<PageFiles> {
  const [modules, others] = await Promise.all([
    bundleModules(),
    Promise.all(
      Object.entries(copied).map(async ([path, from]) => {
        return [path, await Deno.readFile(new URL(from, root))] as const;
      }),
    ),
  ]);
  const offline = modules.get("offline.js")!;
  modules.delete("offline.js");
  const files = new Map([...others, ...modules]);
  return files.set("offline.js", await withFiles(offline, files));
}

/** Bundles the modules with a copy of the runtime that has minified shaders. */
function bundleModules(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  return inFolder(async (folder) => {
    await copyRuntime(`${folder}/runtime`);
    // Imports are resolved to real paths.
    const runtime = await Deno.realPath(new URL("runtime", root));
    const urlOf = (path: string) => `${pathToFileURL(path)}/`;
    const imports = { ...config.imports, [urlOf(runtime)]: urlOf(`${folder}/runtime`) };
    await Deno.writeTextFile(`${folder}/import_map.json`, JSON.stringify({ imports }));
    return await bundleTogether(bundled, folder, "import_map.json");
  });
}

/** The service worker, with the list of all other files and a hash of their contents. */
async function withFiles(
  offline: Uint8Array<ArrayBuffer>,
  files: PageFiles,
): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Blob([...files.values()]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await all.arrayBuffer()));
  const page = { version: hash.toHex().slice(0, 16), files: ["./", ...files.keys()] };
  return await new Blob([`self.page=${JSON.stringify(page)};\n`, offline]).bytes();
}
