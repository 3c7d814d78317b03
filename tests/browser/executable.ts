/**
 * Finds an executable.
 *
 * @module
 */

/** The first path of a file that exists, or `undefined` if none does. */
export function executableAt(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path && isFile(path));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
