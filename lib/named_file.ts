/**
 * Files as arguments of the converter.
 *
 * @module
 */
import type { PartialFile } from "../proto/mod.ts";

/** A file, and its name for messages. */
export interface NamedFile {
  /** All its bytes, or a reader of parts of it, which avoids holding large weights in memory. */
  readonly bytes: Uint8Array | PartialFile;
  /** Its name, or another description. */
  readonly name: string;
}

/** A file in memory, and its name for messages. */
export interface NamedBytes extends NamedFile {
  /** The whole file. */
  readonly bytes: Uint8Array;
}

/**
 * Refuses an argument that is not a file.
 *
 * @param what The role of the file: `"network"`.
 * @throws {TypeError} that says what to pass.
 */
export function expectFile(given: unknown, what: string): void {
  const { bytes, name } = (given ?? {}) as Partial<Record<keyof NamedFile, unknown>>;
  const isBlob = given instanceof Blob;
  if (!isBlob && isBytes(bytes)) {
    if (typeof name === "string") return;
    throw new TypeError(
      `Cannot read the ${what}: it has bytes, but no name, which messages need; it may be any text`,
    );
  }
  const value = isBlob ? given : bytes ?? given, how = bytesFrom(value);
  throw new TypeError(
    `Cannot read the ${what}: it is ${kindOf(value)}, but must be given as { bytes, name }` +
      (how === undefined ? "" : `, the bytes as ${how}`),
  );
}

/**
 * Refuses an argument that is not bytes.
 *
 * @throws {TypeError} that says what to pass.
 */
export function expectBytes(given: unknown, what: string): void {
  if (given instanceof Uint8Array) return;
  throw new TypeError(
    `Cannot read ${what}: it is ${kindOf(given)}, but must be given as ` +
      (bytesFrom(given) ?? "a Uint8Array"),
  );
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array ||
    typeof (value as PartialFile | undefined)?.read === "function";
}

/** The expression that would turn a value into bytes, for messages. */
function bytesFrom(value: unknown): string | undefined {
  if (typeof value === "string") return "new TextEncoder().encode(text)";
  if (value instanceof ArrayBuffer) return "new Uint8Array(buffer)";
  return value instanceof Blob ? "new Uint8Array(await file.arrayBuffer())" : undefined;
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return "a string";
  if (value instanceof Object) return `of the class ${value.constructor?.name ?? "Object"}`;
  return String(value);
}
