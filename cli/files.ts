/**
 * Reads input files, and inspects paths.
 *
 * @module
 */
import { decodeText } from "../lib/decode_text.ts";
import type { PartialFile } from "../proto/deferred.ts";

/**
 * The bytes of a file.
 *
 * @throws {Error} naming the file and the reason, if it cannot be read or is empty.
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readWhole(path).catch((cause) => {
    throw new Error(`Cannot read ${path}: ${whyUnread(path, cause)}`, { cause });
  });
  if (bytes.length === 0) throw new SyntaxError(`Cannot read ${path}: it is empty`);
  return bytes;
}

/**
 * The bytes of a file; for a large one, a reader of its parts.
 *
 * @param opened Closes the file when it is disposed of.
 * @throws {Error} as `readFile` does, also while a part is read.
 */
export async function readOrOpen(
  path: string,
  opened: DisposableStack,
): Promise<Uint8Array<ArrayBuffer> | PartialFile> {
  // Where there is nothing, reading tells why.
  const found = await Deno.stat(path).catch(() => undefined);
  const isLarge = found?.isFile === true && found.size >= partialSize;
  return isLarge ? opened.use(openPartial(path)) : await readFile(path);
}

/** Files of this size and larger are read in parts. */
const partialSize = 1 << 24;

/** Opens a file to read its parts. */
export function openPartial(path: string): PartialFile & Disposable {
  const withPath = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (cause) {
      throw new Error(`Cannot read ${path}: ${stateOf(cause)}`, { cause });
    }
  };
  const file = withPath(() => Deno.openSync(path));
  return {
    size: withPath(() => file.statSync().size),
    many: 1 << 17,
    read: (position, into) =>
      withPath(() => {
        file.seekSync(position, Deno.SeekMode.Start);
        for (let end = 0; end < into.length;) {
          const read = file.readSync(into.subarray(end));
          if (read === null) throw new Error("it was truncated while it was read");
          end += read;
        }
      }),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Reads into preallocated memory, which takes less than half the time of `Deno.readFile`. */
async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  using file = await Deno.open(path);
  const { isFile, size } = await file.stat();
  if (!isFile) return await Deno.readFile(path);
  const bytes = new Uint8Array(size);
  const middle = size < parallelSize ? size : size >>> 1;
  const halves = [fill(bytes.subarray(0, middle), path, 0)];
  if (middle < size) halves.push(fill(bytes.subarray(middle), path, middle));
  await Promise.all(halves);
  return bytes;
}

/** Files of this size and larger are read as two halves in parallel. */
const parallelSize = 1 << 26;

async function fill(bytes: Uint8Array, path: string, offset: number): Promise<void> {
  using file = await Deno.open(path);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let end = 0; end < bytes.length;) {
    const read = await file.read(bytes.subarray(end, end + partSize));
    if (read === null) throw new Error("it was truncated while it was read");
    end += read;
  }
}

/** The most bytes that are read at once. */
const partSize = 1 << 24;

/**
 * Refuses missing pictures, and folders, before the first one is read.
 *
 * @param whereOf The position of a file's name in a list, for the message.
 * @throws {Error} naming the first of them and their number.
 */
export function expectFiles(
  paths: readonly string[],
  whereOf: (i: number) => string | undefined = () => undefined,
): void {
  const missing = paths.flatMap((path, i) => {
    const where = whereOf(i), state = whyMissing(path, where !== undefined);
    return state === undefined ? [] : [{ path, state, where }];
  });
  const [first, ...others] = missing;
  if (first === undefined) return;
  throw new Error(
    `Cannot read ${first.path}: ${first.state}` +
      (others.length === 0 ? "" : `; nor ${others.length} more of ${paths.length} files`) +
      (first.where === undefined ? "" : `\n  at ${first.where}`),
  );
}

function whyMissing(path: string, isListed: boolean): string | undefined {
  try {
    if (!Deno.statSync(path).isDirectory) return undefined;
    if (isListed) return "it is a folder, but a list names files one by one";
    return `it is a folder; name the pictures in it, as ${path.replace(/[\\/]+$/, "")}/*.jpg does`;
  } catch (error) {
    return whyUnread(path, error);
  }
}

function whyUnread(path: string, error: unknown): string {
  return /^https?:\/\//i.test(path)
    ? "it is an address, but files are read; download it first"
    : stateOf(error);
}

/** The text of a file. */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readFile(path));
}

/** Whether a file starts with the signature of a zip, `PK`, such as a bundle. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** Whether a file starts like a `.npy`, with the first byte of its signature. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93;
}

/** The status of a path, following links; `undefined` if nothing is there. */
export function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether a file may be written, or files created in a folder. */
export function isWritable(path: string): boolean {
  // Importing it takes longer than Deno takes to start, and most commands don't need it.
  const { accessSync, constants } = process.getBuiltinModule("node:fs");
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    // Without Deno's permission to check, the attempt to write reports the error.
    if (!(error instanceof Deno.errors.NotCapable)) return false;
  }
  const { isFile, mode } = Deno.statSync(path);
  // The superuser can write to any file, but read-only files are protected on purpose.
  return !isFile || mode === null || (mode & 0o222) !== 0;
}

/** The reason in an error of the operating system. */
export function stateOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "").replace(/^[A-Z](?=[a-z])/, lowerCase);
}

function lowerCase(letter: string): string {
  return letter.toLowerCase();
}
