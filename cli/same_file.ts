/**
 * Tells whether two paths lead to the same file.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";

/** Whether two paths lead to one file: also by links, and also where there is none yet. */
export function isSameFile(a: string, b: string): boolean {
  return identityOf(a) === identityOf(b);
}

/** What a file is known by, whatever it is called: its number on the disk, or its path. */
function identityOf(path: string): string {
  try {
    const { dev, ino, isFile, isDirectory } = Deno.statSync(path);
    // A terminal or a pipe may be read and written.
    if ((isFile || isDirectory) && ino) return `${dev}:${ino}`;
    return Deno.realPathSync(path);
  } catch {
    return join(realFolder(dirname(resolve(path))), basename(path));
  }
}

function realFolder(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
