/**
 * Protobuf's wire format: the positions of a message's fields in a file.
 *
 * Only tags and lengths are read, never values, so that indexing a file of weights takes negligible
 * time and memory, and reads only small parts of the file.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 * @module
 */
import { deferBytes, type PartialFile } from "./deferred.ts";
import { mostFields, tooMany } from "./limits.ts";
import type { EnumType, Scalar } from "./message.ts";

/** Protobuf's wire types, except the two of groups, which Caffe does not use. */
export const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** The wire type of a value that is not a described message; long arrays are packed. */
export function wireTypeOf(type: Scalar | EnumType): number {
  switch (type) {
    case "float":
      return wireTypes.fixed32;
    case "double":
      return wireTypes.fixed64;
    case "string":
    case "bytes":
    case "floats":
    case "doubles":
    case "message":
      return wireTypes.lengthDelimited;
    default:
      return wireTypes.varint;
  }
}

/** Consecutive fields with the same tag. */
export interface Run {
  readonly number: number;
  readonly wireType: number;
  /** The length of the tag in bytes. */
  readonly tagLength: number;
  /** The number of fields. */
  count: number;
  /** The first byte of the first value. */
  readonly start: number;
  /** The byte after the last value. */
  end: number;
}

/** A range of bytes in a file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const foreign = "none of Caffe's";
const damaged = `the file is damaged, or ${foreign}`;

/** The maximum length of a tag with a length or a number. */
const longestHead = 20;
/** A partial file is read in blocks of this size. */
const blockSize = 1 << 14;

/** The bytes of a binary file. */
export class WireSource {
  /** The whole file; parts of a partial file that were not needed yet are zeros. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Its name, for messages. */
  readonly file: string;
  /** The source of the bytes, if they are read on demand. */
  readonly partial: PartialFile | undefined;
  /** Whether each block of a partial file was read. */
  readonly #isRead: Uint8Array;

  constructor(bytes: Uint8Array | PartialFile, file: string) {
    this.partial = bytes instanceof Uint8Array ? undefined : bytes;
    this.bytes = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes.size);
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.#isRead = new Uint8Array(this.partial ? Math.ceil(byteLength / blockSize) : 0);
    this.view = new DataView(buffer, byteOffset, byteLength);
    this.file = file;
  }

  /** Reads the bytes between two positions of a partial file, unless they were read before. */
  need(start: number, end: number): void {
    if (this.partial === undefined) return;
    const last = Math.min(Math.ceil(end / blockSize), this.#isRead.length);
    for (let block = Math.floor(start / blockSize); block < last; block++) {
      if (this.#isRead[block]) continue;
      let next = block;
      while (next < last && !this.#isRead[next]) this.#isRead[next++] = 1;
      this.partial.read(
        block * blockSize,
        this.bytes.subarray(block * blockSize, next * blockSize),
      );
    }
  }

  /** The bytes of a range: a view, or deferred if they are many. */
  bytesOf({ start, end }: Range): Uint8Array {
    const { partial } = this;
    if (partial !== undefined && end - start >= partial.many * Float32Array.BYTES_PER_ELEMENT) {
      return deferBytes(end - start, (at, into) => partial.read(start + at, into));
    }
    this.need(start, end);
    return this.bytes.subarray(start, end);
  }

  /** An error about the bytes at a position. */
  error(at: number, problem: string): SyntaxError {
    return new SyntaxError(`Cannot read ${this.file}: ${problem}, at byte ${at}`);
  }

  /** The fields between two positions, in their order. */
  index(start: number, end: number): readonly Run[] {
    const runs: Run[] = [];
    let last: Run | undefined;
    for (let at = start; at < end;) {
      this.need(at, at + longestHead);
      const valueStart = this.endOfVarint(at, end);
      const tag = this.varint32(at);
      const [number, wireType, tagLength] = [tag >>> 3, tag & 7, valueStart - at];
      if (number === 0) throw this.error(at, `a field has the number 0; ${damaged}`);
      at = this.#endOfValue(wireType, valueStart, end);
      if (last?.number === number && last.wireType === wireType && last.tagLength === tagLength) {
        last.count++;
        last.end = at;
      } else {
        last = { number, wireType, tagLength, count: 1, start: valueStart, end: at };
        if (runs.push(last) > mostFields) throw this.error(at, tooMany);
      }
    }
    return runs;
  }

  #endOfValue(wireType: number, start: number, end: number): number {
    switch (wireType) {
      case wireTypes.varint:
        return this.endOfVarint(start, end);
      case wireTypes.fixed64:
        return this.#within(start + 8, start, end);
      case wireTypes.lengthDelimited:
        return this.content(start, end).end;
      case wireTypes.fixed32:
        return this.#within(start + 4, start, end);
      default:
        throw this.error(start, `wire type ${wireType} is not Caffe's; ${damaged}`);
    }
  }

  #within(valueEnd: number, start: number, end: number): number {
    if (valueEnd <= end) return valueEnd;
    const state = valueEnd > this.bytes.length
      ? `the file: it is cut off, or ${foreign}`
      : "its message";
    throw this.error(start, `a value of ${valueEnd - start} bytes ends beyond ${state}`);
  }

  /** The range of a length-delimited value whose length is at `start`. */
  content(start: number, end: number): Range {
    const first = this.endOfVarint(start, end);
    // Four bytes hold 28 bits.
    const length = first - start <= 4 ? this.varint32(start) : Number(this.varint64(start));
    return { start: first, end: this.#within(first + length, first, end) };
  }

  /** The values of a run of wire type 2. */
  contents(run: Run): readonly Range[] {
    const ranges: Range[] = [];
    for (let at = run.start; at < run.end;) {
      const range = this.content(at, run.end);
      if (ranges.push(range) > mostFields) throw this.error(at, tooMany);
      at = range.end + run.tagLength;
    }
    return ranges;
  }

  /** The byte after the variable-length integer at `start`. */
  endOfVarint(start: number, end: number): number {
    const { bytes } = this;
    for (let at = start; at < end; at++) {
      if (bytes[at]! < 0x80) return at + 1;
      if (at - start === 9) throw this.error(start, "a number takes more than 10 bytes");
    }
    throw this.error(start, "a number ends beyond its message");
  }

  /** The low 32 bits of the variable-length integer at `at`, which must be complete. */
  varint32(at: number): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  /** The 64 bits of the variable-length integer at `at`, which must be complete. */
  varint64(at: number): bigint {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = this.bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }
}
