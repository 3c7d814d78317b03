/**
 * Builds the page: what `kaffe serve` serves, and any other server of files can.
 *
 * @module
 */
import { bundleText, root } from "./bundle.ts";

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The page's modules, and what is made of them. */
const modules: Readonly<Record<string, string>> = {
  "main.js": "web/main.tsx",
  "worker.js": "web/worker.ts",
};

/** The page's other files, and where they are. */
const copied: Readonly<Record<string, string>> = {
  "index.html": "web/index.html",
  "style.css": "web/style.css",
  "icon.svg": "web/icon.svg",
  "digits/deploy.prototxt": "examples/digits/deploy.prototxt",
  "digits/digits.caffemodel": "examples/digits/digits.caffemodel",
  "digits/labels.txt": "examples/digits/labels.txt",
};

/** Builds all files of the page, in a second. */
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

/** The service worker, which knows all other files; its text changes when one of them does. */
async function buildOffline(files: PageFiles): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Blob([...files.values()]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await all.arrayBuffer()));
  const page = { version: hash.toHex().slice(0, 16), files: ["./", ...files.keys()] };
  const code = await bundleText("web/offline.ts");
  return new TextEncoder().encode(`self.page=${JSON.stringify(page)};\n${code}`);
}
