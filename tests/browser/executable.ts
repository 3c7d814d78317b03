/**
 * Finds a program.
 *
 * @module
 */

/** The first of some paths where there is a file, or `undefined` if there is none. */
export function executableAt(places: readonly (string | undefined)[]): string | undefined {
  return places.find((path) => path && isFile(path));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
