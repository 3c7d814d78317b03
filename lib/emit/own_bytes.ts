/**
 * Bytes in unshared memory, as `Blob`, `fetch` and files require.
 *
 * @module
 */

/** The bytes themselves, or a copy if their memory is shared, which `Blob` refuses. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? bytes as Uint8Array<ArrayBuffer>
    : new Uint8Array(bytes);
}
