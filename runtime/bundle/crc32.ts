/**
 * Cyclic redundancy checks of 32 bits.
 *
 * A CRC is the remainder of the bytes, as a polynomial over GF(2), divided by a generator. The
 * generator of CRC-32 also divides `y³⁰⁰ + y¹⁵⁵ + y¹¹⁷ + y⁸⁹ + 1`, where `y` is a shift by sixteen
 * bytes. So a block of sixteen bytes may be removed if it is XORed into the bytes 145, 183, 211 and
 * 300 blocks later: the remainder does not change. A few lines of WebAssembly SIMD fold all but the
 * last bytes that way, fifteen times as fast as the table takes them one by one.
 *
 * @see https://arxiv.org/abs/2412.16398 for the idea
 *
 * @module
 */
import * as w from "../wasm/assembler.ts";
import { instantiateAlone } from "../wasm/instance.ts";

/** Folding does not pay for fewer bytes. */
const many = 1 << 15;

/**
 * The checksum of some bytes.
 *
 * @param before The checksum of the preceding bytes, to continue it.
 */
export type Crc = (bytes: Uint8Array, before?: number) => number;

/** CRC-32, the checksum of a zip's members. */
export const crc32: Crc = crcOf(0xedb88320, [145, 183, 211, 300]);

/**
 * The checksum by a generator.
 *
 * @param generator The generator's bits, reversed.
 * @param later How many blocks later a block is XORed in, in ascending order.
 */
export function crcOf(generator: number, later: readonly number[]): Crc {
  /** The remainders of the 256 bytes. */
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ generator : crc >>> 1;
    return crc;
  });
  const remainder: Remainder = (bytes, crc) => {
    for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!;
    return crc;
  };
  let folding: Remainder | undefined;
  return (bytes, before = 0) => {
    let fastest = remainder;
    if (bytes.length >= many) {
      folding ??= makeFolding(remainder, later);
      fastest = folding;
    }
    // The definition of CRC-32 inverts all bits, at first and in the end.
    return ~fastest(bytes, ~before) >>> 0;
  };
}

/** The remainder of some bytes, given that of the preceding ones. */
type Remainder = (bytes: Uint8Array, crc: number) => number;

/** A faster `remainder`, by folding; itself where WebAssembly is missing or forbidden. */
function makeFolding(remainder: Remainder, blocks: readonly number[]): Remainder {
  const later = blocks.map((count) => 16 * count), farthest = later.at(-1)!;
  /** The bytes that fit behind the preceding ones, in one page of memory. */
  const blockSize = 2 ** 16 - farthest;
  const module = new w.Module({ fma: false, pages: undefined });
  // Folds the bytes before `farthest` into those from there up to an address.
  module.define("fold", 1, (scope, end) => {
    const at = scope.int();
    const sum = later.reduce(
      (sum, distance) => w.exclusiveOr(sum, w.load(at, farthest - distance)),
      w.load(at, farthest),
    );
    return w.loop(at, 0, end!, 16, w.store(at, sum, farthest));
  });
  const instance = instantiateAlone(module);
  if (instance === undefined) return remainder;
  const fold = instance.functions[0] as (length: number) => void;
  const page = new Uint8Array(instance.memory.buffer);
  return (bytes, crc) => {
    page.fill(0, 0, farthest);
    const end = bytes.length - bytes.length % 16;
    for (let start = 0; start < end; start += blockSize) {
      const block = bytes.subarray(start, Math.min(end, start + blockSize));
      page.set(block, farthest);
      // The remainder so far is XORed into the first four bytes.
      if (start === 0) { for (let i = 0; i < 4; i++) page[farthest + i]! ^= crc >>> (8 * i); }
      fold(block.length);
      page.copyWithin(0, block.length, block.length + farthest);
    }
    // The last bytes are not removed, so what was folded on their behalf is undone.
    for (let i = farthest - 1; i >= later[0]!; i--) {
      for (const distance of later) if (distance <= i) page[i]! ^= page[i - distance]!;
    }
    return remainder(bytes.subarray(end), remainder(page.subarray(0, farthest), 0));
  };
}
