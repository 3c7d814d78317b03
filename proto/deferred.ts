/**
 * Deferred arrays: numbers that stay in their file until they are needed.
 *
 * A large caffemodel consists almost entirely of weights, and most of them are copied to another
 * file unchanged, or scaled row by row. A deferred array has the right length, but its memory is
 * untouched, so that the operating system does not allocate it: {@linkcode numbersOf} fills it,
 * {@linkcode deferredBytes} reads its bytes in chunks. Reading it directly returns zeros.
 *
 * @module
 */

/** A file that is read in parts. */
export interface PartialFile {
  /** Its size in bytes. */
  readonly size: number;
  /** The minimum length of arrays that are deferred. */
  readonly many: number;
  /** Fills memory synchronously with the bytes from a position on. */
  readonly read: (position: number, into: Uint8Array) => void;
}

/** Bytes that are produced in chunks. */
export interface DeferredBytes {
  /** Their number. */
  readonly length: number;
  /** Fills memory with the bytes from a position on. */
  readonly read: (position: number, into: Uint8Array) => void;
}

const sources = new WeakMap<Float32Array, DeferredBytes>();

/**
 * A deferred array.
 *
 * @param read Produces a range of its bytes: whole numbers, into aligned memory.
 */
export function defer(count: number, read: DeferredBytes["read"]): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(count);
  sources.set(numbers, { length: numbers.byteLength, read });
  return numbers;
}

/** The bytes of a deferred array; `undefined` for others. */
export function deferredBytes(numbers: Float32Array): DeferredBytes | undefined {
  return sources.get(numbers);
}

/** The same array, filled if it was deferred. */
export function numbersOf<Numbers extends Float32Array>(numbers: Numbers): Numbers {
  const { buffer, byteOffset, byteLength } = numbers;
  sources.get(numbers)?.read(0, new Uint8Array(buffer, byteOffset, byteLength));
  sources.delete(numbers);
  return numbers;
}

/** The first bytes of a file, which identify it. */
export function headOf(bytes: Uint8Array | PartialFile): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const head = new Uint8Array(Math.min(4096, bytes.size));
  bytes.read(0, head);
  return head;
}

/** All bytes of a file. */
export function wholeOf<Bytes extends Uint8Array>(
  bytes: Bytes | PartialFile,
): Bytes | Uint8Array<ArrayBuffer> {
  if (bytes instanceof Uint8Array) return bytes;
  const whole = new Uint8Array(bytes.size);
  bytes.read(0, whole);
  return whole;
}
