/**
 * Builds the page for `kaffe serve`, or any other static file server.
 *
 * @module
 */
import { bundleText, root } from "./bundle.ts";

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The bundles of the page, and their entry modules. */
const modules: Readonly<Record<string, string>> = {
  "main.js": "web/main.tsx",
  "worker.js": "web/worker.ts",
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

/** Builds all files of the page, which takes about a second. */
export async function buildPage(): Promise<PageFiles> {
  const files = new Map(
    await Promise.all([
      ...Object.entries(modules).map(async ([path, from]) => {
        return [path, new TextEncoder().encode(await bundleText(from))] as const;
      }),
      ...Object.entries(copied).map(async ([path, from]) => {
        return [path, await Deno.readFile(new URL(from, root))] as const;
      }),
    ]),
  );
  return files.set("offline.js", await buildOffline(files));
}

/** The service worker, with the list of all other files and a hash of their contents. */
async function buildOffline(files: PageFiles): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Blob([...files.values()]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await all.arrayBuffer()));
  const page = { version: hash.toHex().slice(0, 16), files: ["./", ...files.keys()] };
  const code = await bundleText("web/offline.ts");
  return new TextEncoder().encode(`self.page=${JSON.stringify(page)};\n${code}`);
}
