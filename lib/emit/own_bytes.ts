/**
 * Bytes as `Blob`, `fetch` and files take them.
 *
 * @module
 */

/** The same bytes; a copy of those in memory that threads share, of which no `Blob` can be made. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? bytes as Uint8Array<ArrayBuffer>
    : new Uint8Array(bytes);
}
