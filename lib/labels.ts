/**
 * Reads the names of classes.
 *
 * @module
 */

import { decodeText } from "./decode_text.ts";

/** The names in a file with one a line; empty lines at its end are none. */
export function readLabels(bytes: Uint8Array): readonly string[] {
  const lines = decodeText(bytes).split(/\r\n?|\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
