/**
 * Folders for the files that a command writes.
 *
 * @module
 */
import { dirname } from "node:path";
import { stateOf } from "./files.ts";

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

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function removeIfEmpty(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Something else has been put there in the meantime.
  }
}
