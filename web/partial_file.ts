/**
 * Reads a file in parts, which only workers can do synchronously: a large caffemodel need not be in
 * memory beside the weights taken from it.
 *
 * @module
 */
/// <reference lib="webworker" />
import type { PartialFile } from "../proto/deferred.ts";

/** The bytes copied at a time. */
const most = 1 << 24;

/** Parts of a file, as they are asked for. */
export function partialFile(file: File): PartialFile {
  const reader = new FileReaderSync();
  return {
    size: file.size,
    many: 1 << 14,
    read(position, into) {
      for (let start = 0; start < into.length; start += most) {
        const end = Math.min(start + most, into.length);
        const part = reader.readAsArrayBuffer(file.slice(position + start, position + end));
        into.set(new Uint8Array(part), start);
      }
    },
  };
}
