/**
 * Bundles several modules into one, in a temporary folder.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { bundleModule } from "../bundle_modules.ts";
import { minifyModule } from "./minify_module.ts";

/** Runs an action in an empty folder, which is removed afterwards. */
export async function inFolder<Made>(make: (folder: string) => Promise<Made>): Promise<Made> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-build-" });
  try {
    // Types of packages made for Node contradict those of browsers.
    const settings = { imports: config.imports, compilerOptions: { skipLibCheck: true } };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(settings));
    return await make(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Bundles the exports of modules into one minified module.
 *
 * @param change Changes the bundled module before it is minified.
 */
export async function oneModule(
  folder: string,
  entries: readonly string[],
  change = (code: string) => Promise.resolve(code),
): Promise<string> {
  await Deno.writeTextFile(`${folder}/entry.ts`, exportAll(entries));
  await bundleModule("entry.ts", "entry.js", folder);
  return await minifyModule(await change(await Deno.readTextFile(`${folder}/entry.js`)));
}

/** A module that re-exports everything of some files. */
export function exportAll(files: readonly string[], as = (_: number) => ""): string {
  return files.map((file, i) => `export *${as(i)} from "./${file}";\n`).join("");
}
