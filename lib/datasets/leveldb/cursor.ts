/**
 * Reads the numbers and byte strings in LevelDB's files.
 *
 * @module
 */
import type { Parts } from "../entries.ts";

/** A position in bytes that moves on as they are read. Bytes that end too early are refused. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #file: Parts;
  #at = 0;

  /** @param file The file that the bytes are from, for errors. */
  constructor(bytes: Uint8Array, file: Parts) {
    this.#bytes = bytes;
    this.#file = file;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** @throws {SyntaxError} that calls the file damaged. */
  refuse(): never {
    this.#file.refuse("it is damaged");
  }

  byte(): number {
    if (this.isAtEnd) this.refuse();
    return this.#bytes[this.#at++]!;
  }

  /** A number in groups of seven bits, the least significant first. */
  varint(): number {
    for (let value = 0, factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    this.refuse();
  }

  /** A little-endian number of some bytes. */
  number(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += this.byte() * 256 ** i;
    return value;
  }

  /** A little-endian number of eight bytes. */
  long(): bigint {
    const [low, high] = [this.number(4), this.number(4)];
    return BigInt(high) << 32n | BigInt(low);
  }

  take(length: number): Uint8Array {
    const start = this.#at, end = start + length;
    if (length < 0 || end > this.#bytes.length) this.refuse();
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  /** Bytes behind their number. */
  string(): Uint8Array {
    return this.take(this.varint());
  }
}
