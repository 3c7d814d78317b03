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
/** The kinds of elements: bytes that follow, and copies by the length of their distance. */
const [literal, nearCopy, copy] = [0, 1, 2];

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
    if (kind === literal) {
      // Lengths above 60 follow in one to four bytes; all are one less than they mean.
      const rest = high < 60 ? high : from.number(high - 59);
      const run = from.take(rest + 1);
      if (end + run.length > length) from.refuse();
      result.set(run, end);
      end += run.length;
      continue;
    }
    let copied: number, distance: number;
    if (kind === nearCopy) {
      copied = (high & 7) + 4;
      distance = (high >> 3) * 256 + from.byte();
    } else {
      copied = high + 1;
      distance = from.number(kind === copy ? 2 : 4);
    }
    if (distance === 0 || distance > end || end + copied > length) from.refuse();
    // What is copied may overlap its copy.
    for (const stop = end + copied; end < stop; end++) result[end] = result[end - distance]!;
  }
  if (end < length) from.refuse();
  return result;
}
