/**
 * Writes bits and codes.
 *
 * @module
 */

/** The bits of the longest packed code: with seven pending bits, they fit in 32. */
export const longestPacked = 24;

/** A code, and its length in the highest eight bits. */
export function packCode(code: number, length: number): number {
  return code | length << 24;
}

/** Bytes that the last code may write past the end. */
const slack = 4;

/** The memory of the writer, used again by the next one. */
let memory = new Uint8Array(0);

/** Writes bit fields, the lowest bit first. Only one writer may be in use at a time. */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  /** The pending bits, fewer than eight, and their number. */
  #bits = 0;
  #used = 0;

  /** @param capacity The most bytes that will be written. */
  constructor(capacity: number) {
    if (memory.length < capacity + slack) memory = new Uint8Array(capacity + slack);
    this.#bytes = memory;
  }

  /** A copy of the completed bytes. */
  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Whether all bits written fill whole bytes. */
  get isAligned(): boolean {
    return this.#used === 0;
  }

  /** Writes the lowest `count` bits of a number, at most 16. */
  write(bits: number, count: number): void {
    this.#bits |= bits << this.#used;
    this.#used += count;
    while (this.#used >= 8) {
      this.#bytes[this.#length++] = this.#bits;
      this.#bits >>>= 8;
      this.#used -= 8;
    }
  }

  /**
   * Writes the codes of tokens, found in a table of packed codes, up to a token that has none.
   *
   * @returns The number of tokens written.
   */
  writeCodes(tokens: Uint16Array, table: Uint32Array): number {
    const out = new DataView(this.#bytes.buffer);
    let i = 0, length = this.#length, bits = this.#bits, used = this.#used;
    for (; i < tokens.length; i++) {
      const code = table[tokens[i]!]!;
      if (code === 0) break;
      bits |= (code & 0xffffff) << used;
      used += code >>> 24;
      out.setUint32(length, bits, true);
      // Whole bytes leave, without a branch, which would be unpredictable.
      length += used >>> 3;
      bits >>>= used & 24;
      used &= 7;
    }
    this.#length = length;
    this.#bits = bits;
    this.#used = used;
    return i;
  }

  /** Fills the last byte with zeros. */
  align(): void {
    if (this.#used > 0) this.write(0, 8 - this.#used);
  }

  /** Appends bytes; the bits must be aligned. */
  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}
