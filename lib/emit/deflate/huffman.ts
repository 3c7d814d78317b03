/**
 * Deflate with Huffman coding, and runs of one byte, but without LZ77's search: learned weights have
 * no other repetitions, so that this takes a fraction of the time, and less space too, because
 * chance matches cost more than they save.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1951
 *
 * @module
 */
import { BitWriter, longestPacked, packCode } from "./bit_writer.ts";
import { codeLengths, codesOf } from "./codes.ts";
import { codingOf, distanceBits, endOfBlock, pairsOf, symbolCount } from "./coding.ts";
import { lengthSymbol, matchToken, shortest, tokenCount } from "./runs.ts";

/** The first three bits of a block that is not the last one, by its kind. */
const plainBlock = 0b000, codedBlock = 0b100;
const longestCode = 15;
/** The limit of the code length code. */
const longestLengthCode = 7;
/** The order in which its lengths are written. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** The largest stored block, for bytes that codes would not shorten. */
const largestPlain = 0xffff;

/** Compresses pieces of data to a deflate stream, in any number of chunks. */
export type Compressor = (pieces: Iterable<Uint8Array>) => Iterable<Uint8Array>;

/** A deflate stream with a block for each piece. */
export function* deflateByHuffman(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) yield deflateBlock(piece);
  yield endOfStream;
}

/** An empty last block with fixed codes. */
export const endOfStream = Uint8Array.of(0b011, 0);

/** A block that does not end the stream, and ends with a whole byte. */
export function deflateBlock(bytes: Uint8Array): Uint8Array {
  // It is hardly longer than its bytes.
  const writer = new BitWriter(largestBlock(bytes.length));
  writeBlock(writer, bytes);
  if (!writer.isAligned) writePlain(writer, new Uint8Array(0));
  return writer.bytes;
}

/** The most bytes that a block of so many takes. */
export function largestBlock(length: number): number {
  return length + 16 + 8 * Math.ceil(length / largestPlain);
}

/** The share of a symbol from which an optimal code of it is one bit long. */
const frequentShare = 0.4;

/** A lower bound of the coded size in bytes: the entropy, but at least one bit per symbol. */
export function leastSize(bytes: Uint8Array): number {
  const { counts, extraBits } = codingOf(bytes);
  const total = counts.reduce((a, b) => a + b, 0), highest = Math.max(...counts);
  // Such a symbol takes a one-bit code, and all others one bit more than among themselves.
  const frequent = highest > frequentShare * total ? counts.indexOf(highest) : -1;
  const others = frequent < 0 ? total : total - highest;
  const bits = (count: number, symbol: number) =>
    count === 0 || symbol === frequent ? 0 : count * Math.log2(others / count);
  const entropy = counts.reduce((sum, count, symbol) => sum + bits(count, symbol), 0);
  return (entropy + (frequent < 0 ? 0 : total) + extraBits) / 8;
}

function writeBlock(writer: BitWriter, bytes: Uint8Array): void {
  const { tokens, counts, extraBits } = codingOf(bytes);
  counts[endOfBlock] = 1;
  const lengths = codeLengths(counts, longestCode);
  const used = tokens === undefined ? endOfBlock + 1 : symbolCount;
  // Only the first distance is used, but some decoders expect two codes.
  const allLengths = [...lengths.subarray(0, used), distanceBits, distanceBits];
  const lengthCounts = new Uint32Array(lengthOrder.length);
  for (const length of allLengths) lengthCounts[length]!++;
  const lengthLengths = codeLengths(lengthCounts, longestLengthCode);
  const head = 3 + 5 + 5 + 4 + 3 * lengthOrder.length + bitsOf(lengthCounts, lengthLengths);
  if (head + bitsOf(counts, lengths) + extraBits >= 8 * bytes.length) {
    return writePlain(writer, bytes);
  }
  writer.write(codedBlock, 3);
  // The numbers of symbols, of distances and of lengths of lengths, less the least of each.
  writer.write(used - 257, 5);
  writer.write(2 - 1, 5);
  writer.write(lengthOrder.length - 4, 4);
  for (const length of lengthOrder) writer.write(lengthLengths[length]!, 3);
  const lengthCodes = codesOf(lengthLengths);
  for (const length of allLengths) writer.write(lengthCodes[length]!, lengthLengths[length]!);
  const codes = codesOf(lengths);
  if (tokens === undefined) writeBytes(writer, bytes, codes, lengths);
  else writer.writeCodes(tokens, tokenTable(codes, lengths));
  writer.write(codes[endOfBlock]!, lengths[endOfBlock]!);
}

function bitsOf(counts: Uint32Array, lengths: Uint8Array): number {
  return counts.reduce((sum, count, symbol) => sum + count * lengths[symbol]!, 0);
}

/** Writes the codes of bytes, two at a time if there are many. */
function writeBytes(
  writer: BitWriter,
  bytes: Uint8Array,
  codes: Uint16Array,
  lengths: Uint8Array,
): void {
  const write = (byte: number) => writer.write(codes[byte]!, lengths[byte]!);
  const pairs = pairsOf(bytes);
  const table = pairs.length > 0 ? pairTable(codes, lengths) : new Uint32Array(0);
  for (let i = 0; i < pairs.length; i++) {
    i += writer.writeCodes(pairs.subarray(i), table);
    bytes.subarray(2 * i, Math.min(2 * i + 2, 2 * pairs.length)).forEach(write);
  }
  bytes.subarray(2 * pairs.length).forEach(write);
}

/** The codes of two bytes in a row, the first in the lower eight bits of the index; 0 if too long. */
function pairTable(codes: Uint16Array, lengths: Uint8Array): Uint32Array {
  const table = new Uint32Array(1 << 16);
  for (let pair = 0; pair < table.length; pair++) {
    const a = pair & 255, b = pair >> 8, length = lengths[a]!, both = length + lengths[b]!;
    if (both <= longestPacked) table[pair] = packCode(codes[a]! | codes[b]! << length, both);
  }
  return table;
}

/** The codes of literals, and of matches with their distance. */
function tokenTable(codes: Uint16Array, lengths: Uint8Array): Uint32Array {
  return Uint32Array.from({ length: tokenCount }, (_, token) => {
    if (token < matchToken + shortest) {
      return token < matchToken ? packCode(codes[token]!, lengths[token]!) : 0;
    }
    const { symbol, extra, value } = lengthSymbol(token - matchToken), length = lengths[symbol]!;
    return packCode(codes[symbol]! | value << length, length + extra + distanceBits);
  });
}

/** Writes bytes as they are, in at least one block. */
function writePlain(writer: BitWriter, bytes: Uint8Array): void {
  let start = 0;
  do {
    const part = bytes.subarray(start, start + largestPlain);
    writer.write(plainBlock, 3);
    writer.align();
    writer.write(part.length, 16);
    writer.write(part.length ^ 0xffff, 16);
    writer.append(part);
    start += part.length;
  } while (start < bytes.length);
}
