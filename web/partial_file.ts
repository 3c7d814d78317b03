/**
 * Reads a file in parts, so that a large caffemodel is not in memory beside its weights. Only workers
 * can read files synchronously.
 *
 * @module
 */
/// <reference lib="webworker" />
import type { PartialFile } from "../proto/deferred.ts";

/** The number of bytes read at a time. */
const chunkSize = 1 << 24;

/** A file that is read in parts, on demand. */
export function partialFile(file: File): PartialFile {
  const reader = new FileReaderSync();
  return {
    size: file.size,
    many: 1 << 14,
    read(position, into) {
      for (let start = 0; start < into.length; start += chunkSize) {
        const end = Math.min(start + chunkSize, into.length);
        const part = reader.readAsArrayBuffer(file.slice(position + start, position + end));
        into.set(new Uint8Array(part), start);
      }
    },
  };
}
