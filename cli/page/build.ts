/**
 * Builds the page for `kaffe serve`, or any other static file server.
 *
 * @module
 */
import { copyConverter } from "../one_file/copy_runtime.ts";
import { inFolder } from "../one_file/module.ts";
import { bundle, bundleText, root } from "./bundle.ts";

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The modules of the page. */
const modules: Readonly<Record<string, () => Promise<string>>> = {
  "main.js": () => bundleText("web/main.tsx"),
  "worker.js": bundleWorker,
};

/** The other files of the page, and their sources. */
const copied: Readonly<Record<string, string>> = {
  "index.html": "web/index.html",
  "style.css": "web/style.css",
  "icon.svg": "web/icon.svg",
  "digits/deploy.prototxt": "examples/digits/deploy.prototxt",
  "digits/digits.caffemodel": "examples/digits/digits.caffemodel",
  "digits/labels.txt": "examples/digits/labels.txt",
};

/** Builds all files of the page, which takes about two seconds. */
export async function buildPage(): Promise<PageFiles> {
  const files = new Map(
    await Promise.all([
      ...Object.entries(modules).map(async ([path, bundled]) => {
        return [path, new TextEncoder().encode(await bundled())] as const;
      }),
      ...Object.entries(copied).map(async ([path, from]) => {
        return [path, await Deno.readFile(new URL(from, root))] as const;
      }),
    ]),
  );
  return files.set("offline.js", await buildOffline(files));
}

/** The worker, which contains the runtime, with its shaders minified. */
function bundleWorker(): Promise<string> {
  return inFolder(async (folder) => {
    await copyConverter(folder, ["web"]);
    await bundle("web/worker.ts", "worker.js", { folder });
    return await Deno.readTextFile(`${folder}/worker.js`);
  });
}

/** The service worker, with the list of all other files and a hash of their contents. */
async function buildOffline(files: PageFiles): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Blob([...files.values()]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await all.arrayBuffer()));
  const page = { version: hash.toHex().slice(0, 16), files: ["./", ...files.keys()] };
  const code = await bundleText("web/offline.ts");
  return new TextEncoder().encode(`self.page=${JSON.stringify(page)};\n${code}`);
}
