/**
 * Run-length coding in terms of deflate: a byte, then a match at distance 1 for its repetitions.
 *
 * Weights of pruned networks are mostly zeros. Their runs are all that LZ77 finds in them, at a
 * twentieth of the speed.
 *
 * @module
 */

/** The lengths of deflate's matches. */
const least = 3;
export const longest = 258;
/**
 * The length from which a run becomes a match. A frequent byte takes one bit, a match about eight:
 * of 3, 4, 6, 8, 10, 12, 16 and 24, this is the best for sparse int8 and nearly so for floats.
 */
export const shortest = 8;

/** The token of a match is this plus its length; that of a literal is its byte. */
export const matchToken = 256;
/** The number of distinct tokens. */
export const tokenCount = matchToken + longest + 1;

/** The memory of tokens, used again by the next call. */
let memory = new Uint16Array(0);

/** Tokens, valid until the next call, and how often each occurs. */
export interface Tokens {
  readonly tokens: Uint16Array;
  readonly counts: Uint32Array;
}

/** Cuts bytes into literals and runs. */
export function findRuns(piece: Uint8Array): Tokens {
  const bytes = piece.byteOffset % 4 === 0 ? piece : piece.slice(), { length } = bytes;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, length >> 2);
  if (memory.length < length) memory = new Uint16Array(length);
  const tokens = memory, counts = new Uint32Array(tokenCount);
  let count = 0;
  for (let i = 0; i < length;) {
    const byte = bytes[i++]!;
    tokens[count++] = byte;
    counts[byte]!++;
    // Reading beyond the end would be slow.
    if (i === length || bytes[i] !== byte) continue;
    let end = i + 1;
    while (end < length && end % 4 > 0 && bytes[end] === byte) end++;
    if (end % 4 === 0) {
      const repeated = Math.imul(byte, 0x01010101) >>> 0;
      let word = end >> 2;
      while (word < words.length && words[word] === repeated) word++;
      end = 4 * word;
      while (end < length && bytes[end] === byte) end++;
    }
    for (let rest = end - i; rest >= shortest; rest = end - i) {
      const part = rest < longest ? rest : longest, token = matchToken + part;
      tokens[count++] = token;
      counts[token]!++;
      i += part;
    }
  }
  return { tokens: tokens.subarray(0, count), counts };
}

/** The symbols of the least and the greatest length. */
const firstLength = 257, lastLength = 285;

/** The symbol of a match's length, and the number and value of the bits after its code. */
export function lengthSymbol(length: number): {
  readonly symbol: number;
  readonly extra: number;
  readonly value: number;
} {
  if (length === longest) return { symbol: lastLength, extra: 0, value: 0 };
  // The first eight lengths have symbols of their own; of each further doubling, four symbols share the
  // lengths, with one extra bit more than those before.
  const from = length - least, extra = Math.max(0, 29 - Math.clz32(from));
  return {
    symbol: firstLength + 4 * extra + (from >> extra),
    extra,
    value: from & (1 << extra) - 1,
  };
}
