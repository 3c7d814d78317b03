/**
 * Numbers that stay in their file until somebody needs them.
 *
 * A large caffemodel is nearly all weights, and most of them go from one file to another as they
 * are, or a row at a time multiplied by a number. Where they stay behind, an array of their length
 * stands for them, whose memory nobody has touched, so that it takes none: {@linkcode numbersOf}
 * fills it, {@linkcode deferredBytes} reads it piece by piece. To look into such an array without
 * asking would be to see zeros.
 *
 * @module
 */

/** A file that is read where it is needed. */
export interface PartialFile {
  /** How many bytes it has. */
  readonly size: number;
  /** So many numbers in one place stay there until somebody needs them. */
  readonly many: number;
  /** Fills memory with the bytes from a position on, at once. */
  readonly read: (position: number, into: Uint8Array) => void;
}

/** Bytes that are made piece by piece. */
export interface DeferredBytes {
  /** How many there are. */
  readonly length: number;
  /** Fills memory with those from a position on. */
  readonly read: (position: number, into: Uint8Array) => void;
}

const places = new WeakMap<Float32Array, DeferredBytes>();

/**
 * An array that stands for numbers which are made when they are needed.
 *
 * @param read Makes some of their bytes: whole numbers, in memory where numbers can stand.
 */
export function defer(count: number, read: DeferredBytes["read"]): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(count);
  places.set(numbers, { length: numbers.byteLength, read });
  return numbers;
}

/** The bytes of numbers that are not there yet; `undefined` for all others. */
export function deferredBytes(numbers: Float32Array): DeferredBytes | undefined {
  return places.get(numbers);
}

/** The same array, with its numbers in it. */
export function numbersOf<Numbers extends Float32Array>(numbers: Numbers): Numbers {
  const { buffer, byteOffset, byteLength } = numbers;
  places.get(numbers)?.read(0, new Uint8Array(buffer, byteOffset, byteLength));
  places.delete(numbers);
  return numbers;
}

/** The first bytes of a file, which tell what it is. */
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
