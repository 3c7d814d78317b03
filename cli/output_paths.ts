/**
 * Checks the output paths of a command before it does any work.
 *
 * Files are written into existing folders; only options that name a folder create it, with its
 * parents.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { checkFolder } from "./folders.ts";
import { isSameFile } from "./same_file.ts";
import { UsageError } from "./usage_error.ts";
import { checkFile } from "./write_file.ts";

/** A file or folder that a command is going to write. */
export interface OutputPath {
  readonly path: string;
  /** The argument that names it, for messages: `--output`. */
  readonly from: string;
  /** Whether it is a folder, which is created if it is missing. */
  readonly isFolder: boolean;
}

/**
 * Refuses output paths that are also inputs, that occur twice, or that are not writable; and `-`,
 * which in other programs is standard output.
 *
 * @param read The input files of the command.
 * @throws {UsageError} if a path is given twice, or is `-`.
 * @throws {Error} with the file or folder that is not writable, and the reason.
 */
export function checkOutputPaths(read: readonly string[], outputs: readonly OutputPath[]): void {
  for (const [i, { path, from }] of outputs.entries()) {
    if (path === "-") {
      const what = from === path ? path : `${from} ${path}`;
      throw new UsageError(
        `${what}: kaffe writes files, not to standard output (./- is a file of that name)`,
      );
    }
    const other = outputs.slice(0, i).find((other) => isSameFile(other.path, path));
    if (other !== undefined) throw new UsageError(`${other.from} and ${from} are the same file`);
  }
  refuseOverwriting(read, outputs.map(({ path }) => path));
  const made = outputs.filter(({ isFolder }) => isFolder).map(({ path }) => resolve(path));
  for (const { path, isFolder } of outputs) {
    if (isFolder) checkFolder(path);
    else if (!made.includes(dirname(resolve(path)))) checkFile(path);
  }
}

/**
 * Refuses to overwrite an input file.
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
