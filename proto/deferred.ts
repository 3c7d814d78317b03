/**
 * Deferred arrays: numbers that stay in their file until they are needed.
 *
 * A large caffemodel consists almost entirely of weights, and most of them are copied to another
 * file unchanged, or scaled row by row. A deferred array has the right length, but its memory is
 * untouched, so that the operating system does not allocate it: {@linkcode numbersOf} fills it,
 * {@linkcode piecesOf} and {@linkcode deferredBytes} read it in pieces. Reading it directly returns
 * zeros. Nested messages that are copied as bytes are deferred in the same way.
 *
 * @module
 */

/** A file that is read in parts. */
export interface PartialFile {
  /** Its size in bytes. */
  readonly size: number;
  /** From this many float32 numbers on, an array stays in the file until it is needed. */
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

/** An array that may be deferred. */
export type Deferrable = Float32Array | Uint8Array;

const sources = new WeakMap<Deferrable, DeferredBytes>();

/** The size of a piece in bytes. */
const pieceSize = 1 << 20;

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

/** Deferred bytes. */
export function deferBytes(length: number, read: DeferredBytes["read"]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  sources.set(bytes, { length, read });
  return bytes;
}

/** The bytes of a deferred array; `undefined` for others. */
export function deferredBytes(array: Deferrable): DeferredBytes | undefined {
  return sources.get(array);
}

/** An array in pieces; one that is deferred remains so. */
export function* piecesOf<Kind extends Deferrable>(array: Kind): Generator<Kind> {
  const deferred = sources.get(array);
  const size = array.BYTES_PER_ELEMENT, most = pieceSize / size;
  for (let start = 0; start < array.length; start += most) {
    const end = Math.min(start + most, array.length);
    if (deferred === undefined) yield array.subarray(start, end) as Kind;
    else {
      const bytes = new Uint8Array((end - start) * size);
      deferred.read(start * size, bytes);
      yield (array instanceof Uint8Array ? bytes : new Float32Array(bytes.buffer)) as Kind;
    }
  }
}

/** The same array, filled if it was deferred. */
export function numbersOf<Numbers extends Deferrable>(numbers: Numbers): Numbers {
  const { buffer, byteOffset, byteLength } = numbers;
  sources.get(numbers)?.read(0, new Uint8Array(buffer, byteOffset, byteLength));
  sources.delete(numbers);
  return numbers;
}

/** The numbers of an array, for temporary use: one that is deferred remains so. */
export function copyOf(numbers: Float32Array): Float32Array {
  const deferred = sources.get(numbers);
  if (deferred === undefined) return numbers;
  const copy = new Float32Array(numbers.length);
  deferred.read(0, new Uint8Array(copy.buffer));
  return copy;
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
