/**
 * Bundles a module with its imports.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The options of a bundle. */
export interface BundleOptions {
  /** The folder with the `deno.json`, by default the project's. */
  readonly folder?: string;
  /** A flag of `deno bundle`, by default `"--minify"`. */
  readonly flag?: string;
}

/** The project's folder. */
export const root = new URL("../../", import.meta.url);

/**
 * Bundles a module for browsers.
 *
 * @param from The path of the module in the folder.
 * @param to The path of the bundle.
 * @throws {Error} with Deno's message, if it fails.
 */
export async function bundle(
  from: string,
  to: string,
  { folder = fileURLToPath(root), flag = "--minify" }: BundleOptions = {},
): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "browser", flag, "--output", to, from];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder })
    .output();
  if (!success) throw new Error(`Cannot bundle ${from}: ${new TextDecoder().decode(stderr)}`);
}

/** The text of a minified bundle. */
export async function bundleText(from: string): Promise<string> {
  const file = await Deno.makeTempFile({ prefix: "kaffe-", suffix: ".js" });
  try {
    await bundle(from, file);
    return await Deno.readTextFile(file);
  } finally {
    await Deno.remove(file);
  }
}
