/**
 * Creates folders for output files.
 *
 * @module
 */
import { dirname } from "node:path";
import { isWritable, stateOf, statOf } from "./files.ts";
import { onInterrupt } from "./interrupt.ts";

/** Created folders, which are removed on disposal or interruption unless they are kept. */
export interface MadeFolders extends Disposable {
  /** Keeps them, also those that are still empty. */
  keep(): void;
}

/**
 * Creates missing folders. On disposal and on interruption, those that are still empty are removed,
 * unless they are kept.
 *
 * @throws {Error} naming a folder that cannot be created.
 */
export function makeFolders(paths: readonly string[]): MadeFolders {
  const made: string[] = [];
  const remove = () => made.splice(0).reverse().forEach(removeIfEmpty);
  const interruption = onInterrupt(remove);
  const dispose = () => {
    interruption[Symbol.dispose]();
    remove();
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
  const keep = () => {
    made.length = 0;
    dispose();
  };
  return { keep, [Symbol.dispose]: dispose };
}

/**
 * Checks that files can be written into a folder, which may have to be created; creates nothing.
 *
 * @throws {Error} naming the folder and the reason, if they cannot.
 */
export function checkFolder(path: string): void {
  try {
    expectWritableFolder(path);
  } catch (cause) {
    throw new Error(`Cannot write into the folder ${path}: ${stateOf(cause)}`, { cause });
  }
}

function expectWritableFolder(path: string): void {
  const found = statOf(path);
  // A missing folder is created in its parent.
  if (found === undefined) return expectWritableFolder(dirname(path));
  if (!found.isDirectory) throw new Error(`${path} is a file`);
  if (!isWritable(path)) throw new Error(`permission denied: ${path} is read-only`);
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory === true;
}

function removeIfEmpty(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Another program has created a file in it in the meantime.
  }
}
