/**
 * How bytes are coded: as the symbols of deflate, with runs as matches where a byte is frequent.
 *
 * @module
 */
import { findRuns, lengthSymbol, longest, matchToken, shortest } from "./runs.ts";

/** The symbol after the last byte of a block. */
export const endOfBlock = 256;
/** Literals, the end of a block, and lengths of matches. */
export const symbolCount = 286;
/** A distance of 1 is written as one bit. */
export const distanceBits = 1;
/** The share of the most frequent byte from which runs are looked for. */
const runShare = 0.4;

/** How pieces of data are to be coded: the symbols, and how often each occurs. */
export interface Coding {
  /** The tokens if there are runs; otherwise each byte is a symbol. */
  readonly tokens: Uint16Array | undefined;
  readonly counts: Uint32Array;
  /** The bits after the codes of matches. */
  readonly extraBits: number;
}

/** Looks for runs where a byte is frequent. */
export function codingOf(bytes: Uint8Array): Coding {
  const plain = { tokens: undefined, counts: histogramOf(bytes), extraBits: 0 };
  if (Math.max(...plain.counts) <= runShare * bytes.length) return plain;
  const { tokens, counts: tokenCounts } = findRuns(bytes);
  const counts = new Uint32Array(symbolCount);
  counts.set(tokenCounts.subarray(0, matchToken));
  let extraBits = 0;
  for (let length = shortest; length <= longest; length++) {
    const { symbol, extra } = lengthSymbol(length), count = tokenCounts[matchToken + length]!;
    counts[symbol]! += count;
    extraBits += count * (extra + distanceBits);
  }
  return { tokens, counts, extraBits };
}

/** The frequency of each byte. */
function histogramOf(bytes: Uint8Array): Uint32Array {
  const counts = new Uint32Array(symbolCount), pairs = pairsOf(bytes);
  // Counting pairs takes half the time.
  const pairCounts = new Uint32Array(pairs.length > 0 ? 1 << 16 : 0);
  for (let i = 0; i < pairs.length; i++) pairCounts[pairs[i]!]!++;
  for (let pair = 0; pair < pairCounts.length; pair++) {
    const count = pairCounts[pair]!;
    counts[pair & 255]! += count;
    counts[pair >> 8]! += count;
  }
  for (let i = 2 * pairs.length; i < bytes.length; i++) counts[bytes[i]!]!++;
  return counts;
}

/** In so many bytes, tables of all pairs pay. */
const manyPairs = 1 << 18;

/** The same bytes two at a time, without a last odd one; none of them if they are few. */
export function pairsOf(bytes: Uint8Array): Uint16Array {
  const canPair = bytes.length >= manyPairs && bytes.byteOffset % 2 === 0;
  return new Uint16Array(
    bytes.buffer,
    canPair ? bytes.byteOffset : 0,
    canPair ? bytes.length >> 1 : 0,
  );
}
