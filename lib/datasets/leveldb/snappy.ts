/**
 * Decompresses Snappy.
 *
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 * @module
 */
import type { Parts } from "../entries.ts";
import { Cursor } from "./cursor.ts";

/** No three bytes become more than this. */
const longestCopy = 64;

/**
 * The bytes that were compressed.
 *
 * @param file The file that the bytes are from, for errors.
 * @throws {SyntaxError} if they are not in this format.
 */
export function unsnap(bytes: Uint8Array, file: Parts): Uint8Array {
  const from = new Cursor(bytes, file), length = from.varint();
  if (length > bytes.length * longestCopy) from.refuse();
  const result = new Uint8Array(length);
  let end = 0;
  while (!from.isAtEnd) {
    const tag = from.byte(), high = tag >> 2, kind = tag & 3;
    if (kind === 0) {
      // Lengths above 60 follow in one to four bytes.
      const literal = from.take((high < 60 ? high : from.number(high - 59)) + 1);
      if (end + literal.length > length) from.refuse();
      result.set(literal, end);
      end += literal.length;
      continue;
    }
    const copied = kind === 1 ? (high & 7) + 4 : high + 1;
    const distance = kind === 1 ? (high >> 3) * 256 + from.byte() : from.number(kind === 2 ? 2 : 4);
    if (distance === 0 || distance > end || end + copied > length) from.refuse();
    // What is copied may overlap its copy.
    for (const stop = end + copied; end < stop; end++) result[end] = result[end - distance]!;
  }
  if (end < length) from.refuse();
  return result;
}
