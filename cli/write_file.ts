/**
 * Writes files atomically.
 *
 * Each file is written under a temporary name in the same folder, and renamed when all are complete.
 * Until then an existing file stays unchanged. On failure or interruption, temporary files are
 * removed.
 *
 * @module
 */
import { dirname, join, sep } from "node:path";
import type { Rewrite } from "../lib/emit/npz.ts";
import { isWritable, stateOf, statOf } from "./files.ts";
import { onInterrupt } from "./interrupt.ts";

/** A file to be written. */
export interface FileToWrite {
  readonly path: string;
  /** Its bytes in chunks, produced lazily; or a function that produces them. */
  readonly chunks: Iterable<Uint8Array> | ((rewrite?: Rewrite) => Iterable<Uint8Array>);
}

/** A file that is being written. */
interface Draft {
  readonly path: string;
  /** The path of the final file, with links resolved. */
  readonly target: string;
  readonly temporary: string;
}

/**
 * Writes files, and returns their sizes.
 *
 * @param onProgress Receives the number of bytes written to the current file so far.
 * @throws {Error} that names a file which cannot be written; then none is written.
 */
export async function writeFiles(
  files: readonly FileToWrite[],
  onProgress: (bytes: number) => void = () => {},
): Promise<readonly number[]> {
  const drafts = files.map(({ path }) => draftOf(path));
  using _ = onInterrupt(() => drafts.forEach(remove));
  try {
    const sizes: number[] = [];
    for (const [i, { chunks }] of files.entries()) {
      sizes.push(await writeDraft(drafts[i]!, chunks, onProgress));
    }
    for (const draft of drafts) finish(draft);
    return sizes;
  } catch (error) {
    drafts.forEach(remove);
    throw error;
  }
}

/**
 * Checks that a file can be written, without writing anything.
 *
 * @throws {Error} with the file and the reason, if it cannot.
 */
export function checkFile(path: string): void {
  draftOf(path);
}

function draftOf(path: string): Draft {
  return within(path, () => {
    const found = statOf(path);
    if (found?.isDirectory) throw new Error("it is a folder");
    const isNamedAsFolder = path.endsWith("/") || path.endsWith(sep);
    if (found === undefined && isNamedAsFolder) throw new Error("there is no such folder");
    // Special files, such as /dev/null, are written directly: they must not be replaced.
    if (found?.isFile === false) return { path, target: path, temporary: path };
    const target = found === undefined ? path : Deno.realPathSync(path);
    // Replacing a file needs only the folder's permissions, but a read-only file is protected on
    // purpose.
    if (found !== undefined && !isWritable(target)) {
      throw new Error("permission denied: the file is read-only");
    }
    const folder = dirname(target);
    if (statOf(folder)?.isDirectory !== true) throw new Error("there is no such folder");
    if (!isWritable(folder)) throw new Error("permission denied: its folder is read-only");
    const random = crypto.randomUUID().slice(0, 8);
    return { path, target, temporary: join(folder, `.kaffe-${random}.tmp`) };
  });
}

async function writeDraft(
  { path, target, temporary }: Draft,
  chunks: FileToWrite["chunks"],
  onProgress: (bytes: number) => void,
): Promise<number> {
  const isNew = temporary !== target;
  using file = within(path, () => openDraft(target, temporary));
  const onError = (cause: unknown) => refuse(path, cause);
  let size = 0;
  const write = async (chunk: Uint8Array) => {
    for (let start = 0; start < chunk.length;) {
      // Parts of a few megabytes allow for progress, and for interruption.
      const part = chunk.subarray(start, start + partSize);
      const written = await file.write(part).catch(onError);
      start += written;
      size += written;
      onProgress(size);
    }
  };
  const rewrites: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  const rewrite: Rewrite = (offset, bytes) => {
    rewrites.push({ offset, bytes });
  };
  let writing = Promise.resolve();
  try {
    // Special files, such as pipes, are not seekable.
    const produced = typeof chunks === "function" ? chunks(isNew ? rewrite : undefined) : chunks;
    for (const chunk of produced) {
      await writing;
      // The next chunk is produced while this one is written.
      writing = write(chunk);
    }
  } finally {
    await writing;
  }
  for (const { offset, bytes } of rewrites) {
    await file.seek(offset, Deno.SeekMode.Start).catch(onError);
    await file.write(bytes).catch(onError);
  }
  return size;
}

/** Opens a special file itself, or else creates the temporary one with the target's permissions. */
function openDraft(target: string, temporary: string): Deno.FsFile {
  if (temporary === target) return Deno.openSync(target, { write: true });
  const mode = statOf(target)?.mode ?? undefined;
  return Deno.openSync(temporary, {
    write: true,
    createNew: true,
    ...(mode !== undefined && { mode: mode & 0o777 }),
  });
}

/** The most bytes that are written at once. */
const partSize = 1 << 22;

function finish({ path, target, temporary }: Draft): void {
  if (temporary !== target) within(path, () => Deno.renameSync(temporary, target));
}

function remove({ target, temporary }: Draft): void {
  if (temporary === target) return;
  try {
    Deno.removeSync(temporary);
  } catch {
    // It was not created yet, or is renamed already.
  }
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
