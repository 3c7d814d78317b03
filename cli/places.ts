/**
 * Checks what a command is going to write, before it does any work.
 *
 * A file is written into a folder that is there; only an option that names a folder makes it, with
 * all that lead to it.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { checkFolder } from "./folders.ts";
import { isSameFile } from "./same_file.ts";
import { UsageError } from "./usage_error.ts";
import { checkFile } from "./write_file.ts";

/** Something that a command is going to write. */
export interface Place {
  readonly path: string;
  /** What says so, for messages: `--output`. */
  readonly from: string;
  /** Whether it is a folder, which is made if it is not there. */
  readonly isFolder: boolean;
}

/**
 * Refuses to write what is read, two things to one place, and to where nothing can be written.
 *
 * @param read The files that the command reads.
 * @throws {UsageError} if a path is given twice.
 * @throws {Error} that names the file or the folder which cannot be written, and says why.
 */
export function checkPlaces(read: readonly string[], places: readonly Place[]): void {
  for (const [i, { path, from }] of places.entries()) {
    const other = places.slice(0, i).find((other) => isSameFile(other.path, path));
    if (other !== undefined) throw new UsageError(`${other.from} and ${from} are the same file`);
  }
  refuseOverwriting(read, places.map(({ path }) => path));
  const made = places.filter(({ isFolder }) => isFolder).map(({ path }) => resolve(path));
  for (const { path, isFolder } of places) {
    if (isFolder) checkFolder(path);
    else if (!made.includes(dirname(resolve(path)))) checkFile(path);
  }
}

/**
 * Refuses to write over a file that is read.
 *
 * @throws {UsageError} that names the file.
 */
export function refuseOverwriting(read: readonly string[], written: readonly string[]): void {
  for (const path of written) {
    if (read.some((other) => isSameFile(other, path))) {
      throw new UsageError(`${path} cannot be both read and written`);
    }
  }
}
