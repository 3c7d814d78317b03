/**
 * Reads class names.
 *
 * @module
 */
import { foreignKind } from "./caffe/file_kind.ts";
import { decodeText } from "./decode_text.ts";

/**
 * Reads one class name per line; empty lines at the end are ignored.
 *
 * @throws {TypeError} if the file is no text, or obviously something else.
 */
export function readLabels(bytes: Uint8Array, file = "the labels"): readonly string[] {
  const kind = foreignKind(bytes, "labels");
  if (kind !== undefined) {
    throw new TypeError(`Cannot read ${file}: it is ${kind}; labels are text, one a line`);
  }
  const lines = decodeText(bytes).split(/\r\n?|\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
