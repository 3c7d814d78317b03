/**
 * The folder of recordings that are too large for the repository.
 *
 * @module
 */

/** The folder: `KAFFE_SHARED`, or `shared/` beside the repository. */
export const shared: URL = location();

/** Whether a file of that folder exists. */
export function hasShared(file: string): boolean {
  try {
    return Deno.statSync(new URL(file, shared)).isFile;
  } catch {
    return false;
  }
}

function location(): URL {
  const folder = Deno.env.get("KAFFE_SHARED");
  if (folder === undefined) return new URL("../../shared/", import.meta.url);
  return new URL(`${folder.replace(/\/?$/, "/")}`, `file://${Deno.cwd()}/`);
}
