/**
 * Writes files whole or not at all.
 *
 * Each is written under another name in the same folder, and gets its own name when all are
 * complete. Until then a file that was there before stays as it was, whatever happens; what was
 * begun is removed, also when the program is interrupted.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { Rewrite } from "../lib/emit/npz.ts";
import { isWritable, stateOf, statOf } from "./files.ts";

/** A file to be written. */
export interface FileToWrite {
  readonly path: string;
  /** Its bytes, piece by piece, made when they are needed; or what makes them. */
  readonly chunks: Iterable<Uint8Array> | ((rewrite?: Rewrite) => Iterable<Uint8Array>);
}

/** A file that is being written. */
interface Draft {
  readonly path: string;
  /** Where it will stand: what a link points to, rather than the link. */
  readonly target: string;
  readonly temporary: string;
}

/**
 * Writes files, and gives their sizes.
 *
 * @param onProgress Is told how many bytes have been written to a file.
 * @throws {Error} that names the file which cannot be written; then none is.
 */
export async function writeFiles(
  files: readonly FileToWrite[],
  onProgress: (path: string, bytes: number) => void = () => {},
): Promise<readonly number[]> {
  const drafts = files.map(({ path }) => draftOf(path));
  using _ = onInterrupt(() => drafts.forEach(remove));
  try {
    const sizes: number[] = [];
    for (const [i, { path, chunks }] of files.entries()) {
      sizes.push(await writeDraft(drafts[i]!, chunks, (bytes) => onProgress(path, bytes)));
    }
    for (const draft of drafts) finish(draft);
    return sizes;
  } catch (error) {
    drafts.forEach(remove);
    throw error;
  }
}

/**
 * Finds out whether a file can be written, and writes nothing.
 *
 * @throws {Error} that names the file and says why it cannot.
 */
export function checkFile(path: string): void {
  draftOf(path);
}

function draftOf(path: string): Draft {
  return within(path, () => {
    const found = statOf(path);
    if (found?.isDirectory) throw new Error("it is a folder");
    // What is no ordinary file, such as /dev/null, must not be replaced by one.
    if (found?.isFile === false) return { path, target: path, temporary: path };
    const target = found === undefined ? path : Deno.realPathSync(path);
    // To replace a file, its folder's rights would do; but who took away its own wants to keep it.
    if (found !== undefined && !isWritable(target)) {
      throw new Error("permission denied: the file may only be read");
    }
    const folder = dirname(target);
    if (statOf(folder)?.isDirectory !== true) throw new Error("there is no such folder");
    if (!isWritable(folder)) throw new Error("permission denied: its folder may only be read");
    const random = crypto.randomUUID().slice(0, 8);
    return { path, target, temporary: join(dirname(target), `.kaffe-${random}.tmp`) };
  });
}

async function writeDraft(
  { path, target, temporary }: Draft,
  chunks: FileToWrite["chunks"],
  onProgress: (bytes: number) => void,
): Promise<number> {
  const mode = statOf(target)?.mode ?? undefined;
  const isNew = temporary !== target;
  using file = within(path, () => {
    return Deno.openSync(temporary, {
      write: true,
      createNew: isNew,
      ...(isNew && mode !== undefined ? { mode: mode & 0o777 } : {}),
    });
  });
  const refused = (cause: unknown) => refuse(path, cause);
  let size = 0;
  const write = async (chunk: Uint8Array) => {
    for (let start = 0; start < chunk.length;) {
      // Parts of a few megabytes leave room for the progress, and for an interruption.
      const part = chunk.subarray(start, start + partSize);
      const written = await file.write(part).catch(refused);
      start += written;
      size += written;
      onProgress(size);
    }
  };
  const late: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  // Only what is a file of its own can be gone back in.
  const rewrite = isNew
    ? (offset: number, bytes: Uint8Array) => void late.push({ offset, bytes })
    : undefined;
  let writing = Promise.resolve();
  try {
    for (const chunk of typeof chunks === "function" ? chunks(rewrite) : chunks) {
      await writing;
      // The next one is made while this one is written.
      writing = write(chunk);
    }
  } finally {
    await writing;
  }
  for (const { offset, bytes } of late) {
    await file.seek(offset, Deno.SeekMode.Start).catch(refused);
    await file.write(bytes).catch(refused);
  }
  return size;
}

const partSize = 1 << 22;

function finish({ path, target, temporary }: Draft): void {
  if (temporary !== target) within(path, () => Deno.renameSync(temporary, target));
}

function remove({ target, temporary }: Draft): void {
  if (temporary === target) return;
  try {
    Deno.removeSync(temporary);
  } catch {
    // It was not begun, or has its own name already.
  }
}

/** Cleans up if the program is interrupted in the meantime, and ends it. */
function onInterrupt(cleanUp: () => void): Disposable {
  const other = Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM";
  const listeners = ([["SIGINT", 130], [other, 143]] as const).map(([signal, code]) => {
    const listener = () => {
      cleanUp();
      Deno.exit(code);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return {
    [Symbol.dispose]() {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

function within<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    return refuse(path, cause);
  }
}

function refuse(path: string, cause: unknown): never {
  throw new Error(`Cannot write ${path}: ${stateOf(cause)}`, { cause });
}
