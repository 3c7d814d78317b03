/**
 * Folders for the files that a command writes.
 *
 * @module
 */
import { dirname } from "node:path";
import { isWritable, stateOf, statOf } from "./files.ts";

/** Folders that go away again, unless they are kept. */
export interface MadeFolders extends Disposable {
  /** Says that they are wanted. */
  keep(): void;
}

/**
 * Makes folders that are not there. Those that were made and are empty are removed again when it is
 * disposed of, unless they are kept.
 *
 * @throws {Error} that names a folder which cannot be made.
 */
export function makeFolders(paths: readonly string[]): MadeFolders {
  const made: string[] = [];
  let kept = false;
  const dispose = () => {
    if (!kept) made.toReversed().forEach(removeIfEmpty);
  };
  const make = (path: string) => {
    if (isFolder(path)) return;
    if (dirname(path) !== path) make(dirname(path));
    Deno.mkdirSync(path);
    made.push(path);
  };
  for (const path of new Set(paths)) {
    try {
      make(path);
    } catch (cause) {
      dispose();
      throw new Error(`Cannot make the folder ${path}: ${stateOf(cause)}`, { cause });
    }
  }
  return { keep: () => kept = true, [Symbol.dispose]: dispose };
}

/**
 * Finds out whether files can be written into a folder, which may have to be made; makes nothing.
 *
 * @throws {Error} that names the folder and says why it cannot.
 */
export function checkFolder(path: string): void {
  try {
    refuseOther(path);
  } catch (cause) {
    throw new Error(`Cannot write into the folder ${path}: ${stateOf(cause)}`, { cause });
  }
}

function refuseOther(path: string): void {
  const found = statOf(path);
  // What is not there is made in what is.
  if (found === undefined) return refuseOther(dirname(path));
  if (!found.isDirectory) throw new Error(`${path} is no folder`);
  if (!isWritable(path)) throw new Error(`permission denied: ${path} may only be read`);
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory === true;
}

function removeIfEmpty(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Something else has been put there in the meantime.
  }
}
