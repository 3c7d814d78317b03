/**
 * Compares paths by the files that they refer to.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";

/** Whether two paths refer to the same file, also through links, and also if it does not exist yet. */
export function isSameFile(a: string, b: string): boolean {
  return identityOf(a) === identityOf(b);
}

/** The identity of a file: its device and inode, or else its resolved path. */
function identityOf(path: string): string {
  try {
    const { dev, ino, isFile, isDirectory } = Deno.statSync(path);
    // Terminals and pipes may be both read and written.
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
