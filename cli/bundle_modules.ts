/**
 * Bundles modules of TypeScript with their imports, by `deno bundle`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = new URL("../", import.meta.url);

/**
 * Bundles a module for browsers.
 *
 * @param from The path of the module in the folder.
 * @param to The path of the bundle.
 * @param folder The folder with the `deno.json`, by default the project's.
 * @param flag A flag of `deno bundle`.
 * @throws {Error} with Deno's message, if it fails.
 */
export async function bundleModule(
  from: string,
  to: string,
  folder: string = fileURLToPath(root),
  flag = "--minify",
): Promise<void> {
  await run(["--output", to, flag], [from], folder);
}

/** The text of a module of the project, bundled and minified. */
export async function bundleText(from: string): Promise<string> {
  const file = await Deno.makeTempFile({ prefix: "kaffe-", suffix: ".js" });
  try {
    await bundleModule(from, file);
    return await Deno.readTextFile(file);
  } finally {
    await Deno.remove(file);
  }
}

/**
 * Bundles modules of the project for browsers, minified. What several of them import, or one imports
 * dynamically, becomes a module of its own, whose name contains a hash.
 *
 * @param from The paths of the modules in the project.
 * @param folder The working directory. Hashes depend on where files are, as seen from there.
 * @param importMap The path of an import map in this folder, which replaces the project's.
 * @returns The modules by their file names.
 * @throws {Error} with Deno's message, if it fails.
 */
export async function bundleTogether(
  from: readonly string[],
  folder: string,
  importMap: string,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const to = `${folder}/bundled`;
  const config = ["--config", pathIn("deno.json"), "--import-map", importMap];
  const flags = [...config, "--code-splitting", "--minify", "--outdir", to];
  await run(flags, from.map(pathIn), folder);
  const names = [...Deno.readDirSync(to)].map(({ name }) => name).sort();
  const read = async (name: string) => [name, await Deno.readFile(`${to}/${name}`)] as const;
  return new Map(await Promise.all(names.map(read)));
}

function pathIn(path: string): string {
  return fileURLToPath(new URL(path, root));
}

async function run(flags: readonly string[], from: readonly string[], cwd: string): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "browser", ...flags, ...from];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd }).output();
  if (success) return;
  throw new Error(`Cannot bundle ${from.join(", ")}: ${new TextDecoder().decode(stderr)}`);
}
