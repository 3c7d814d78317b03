/**
 * Makes one file of a module and all that it imports.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** How a module is bundled. */
export interface BundleHow {
  /** The folder whose `deno.json` counts: the project's, unless said otherwise. */
  readonly folder?: string;
  /** What to do beside it: `"--minify"`, `"--declaration"`. */
  readonly flag?: string;
}

/** The project's folder. */
export const root = new URL("../../", import.meta.url);

/**
 * Bundles a module for browsers.
 *
 * @param from The module, as seen from the folder.
 * @param to Where the bundle is written.
 * @throws {Error} with what Deno says, if it cannot be done.
 */
export async function bundle(
  from: string,
  to: string,
  { folder = fileURLToPath(root), flag = "--minify" }: BundleHow = {},
): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "browser", flag, "--output", to, from];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder })
    .output();
  if (!success) throw new Error(`Cannot bundle ${from}: ${new TextDecoder().decode(stderr)}`);
}

/** The text of a bundle that is minified. */
export async function bundleText(from: string): Promise<string> {
  const file = await Deno.makeTempFile({ prefix: "kaffe-", suffix: ".js" });
  try {
    await bundle(from, file);
    return await Deno.readTextFile(file);
  } finally {
    await Deno.remove(file);
  }
}
