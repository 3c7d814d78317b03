/**
 * Reads the files that a command is given, and tells what there is at a path.
 *
 * @module
 */
import { accessSync, constants } from "node:fs";
import { decodeText } from "../lib/decode_text.ts";
import type { PartialFile } from "../proto/deferred.ts";

/**
 * The bytes of a file.
 *
 * @throws {Error} that names the file and says why it cannot be read, or that nothing is in it.
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readWhole(path).catch((cause) => {
    throw new Error(`Cannot read ${path}: ${stateOf(cause)}`, { cause });
  });
  if (bytes.length === 0) throw new SyntaxError(`Cannot read ${path}: it is empty`);
  return bytes;
}

/**
 * The bytes of a file, or of a large one what reads any part of it.
 *
 * @param opened Closes the file when it is disposed of.
 * @throws {Error} as `readFile` does, also when a part is read.
 */
export async function readOrOpen(
  path: string,
  opened: DisposableStack,
): Promise<Uint8Array<ArrayBuffer> | PartialFile> {
  const { isFile = false, size = 0 } = await Deno.stat(path).catch(() => undefined) ?? {};
  return isFile && size >= large ? opened.use(openPartial(path)) : await readFile(path);
}

/** Files as large as this are not read whole where that can be helped. */
const large = 1 << 24;

function openPartial(path: string): PartialFile & Disposable {
  const within = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (cause) {
      throw new Error(`Cannot read ${path}: ${stateOf(cause)}`, { cause });
    }
  };
  const file = within(() => Deno.openSync(path));
  return {
    size: within(() => file.statSync().size),
    many: 1 << 17,
    read: (position, into) =>
      within(() => {
        file.seekSync(position, Deno.SeekMode.Start);
        for (let end = 0; end < into.length;) {
          const read = file.readSync(into.subarray(end));
          if (read === null) throw new Error("it has become shorter meanwhile");
          end += read;
        }
      }),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Into memory that was asked for at once, a file takes less than half the time. */
async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  using file = await Deno.open(path);
  const { isFile, size } = await file.stat();
  if (!isFile) return await Deno.readFile(path);
  const bytes = new Uint8Array(size);
  const middle = size < worthTwo ? size : size >>> 1;
  const halves = [fill(bytes.subarray(0, middle), path, 0)];
  if (middle < size) halves.push(fill(bytes.subarray(middle), path, middle));
  await Promise.all(halves);
  return bytes;
}

/** Files as large as this are read in two places at a time. */
const worthTwo = 1 << 26;

async function fill(bytes: Uint8Array, path: string, offset: number): Promise<void> {
  using file = await Deno.open(path);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let end = 0; end < bytes.length;) {
    const read = await file.read(bytes.subarray(end, end + partSize));
    if (read === null) throw new Error("it has become shorter meanwhile");
    end += read;
  }
}

const partSize = 1 << 24;

/**
 * Refuses files that are not there, before the first of many is read.
 *
 * @param whereOf Where a file is named, for the message.
 * @throws {Error} that names the first of them, and says how many there are.
 */
export function expectFiles(
  paths: readonly string[],
  whereOf: (i: number) => string | undefined = () => undefined,
): void {
  const missing = paths.flatMap((path, i) => {
    const state = whyNoFile(path);
    return state === undefined ? [] : [{ path, state, where: whereOf(i) }];
  });
  const [first, ...others] = missing;
  if (first === undefined) return;
  throw new Error(
    `Cannot read ${first.path}: ${first.state}` +
      (others.length === 0 ? "" : `; nor ${others.length} more of ${paths.length} files`) +
      (first.where === undefined ? "" : `\n  at ${first.where}`),
  );
}

function whyNoFile(path: string): string | undefined {
  try {
    return Deno.statSync(path).isDirectory ? "it is a folder" : undefined;
  } catch (error) {
    return stateOf(error);
  }
}

/** The text of a file. */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readFile(path));
}

/** Whether a file starts as a zip does, which a bundle is. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** What there is at a path, after all links; `undefined` if there is nothing. */
export function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether a file may be written, or files made in a folder. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    // Deno may not be allowed to tell whose files these are; whoever writes is told what it may not.
    if (!(error instanceof Deno.errors.NotCapable)) return false;
  }
  const { isFile, mode } = Deno.statSync(path);
  // The superuser may write anything, but a file that nobody may write is meant to stay.
  return !isFile || mode === null || (mode & 0o222) !== 0;
}

/** What an error of the operating system says of a file. */
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
