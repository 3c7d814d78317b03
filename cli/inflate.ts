/**
 * Inflates chunks of HDF5 files.
 *
 * @module
 */

/** Inflates bytes in zlib's format to `most` bytes at most. */
export function inflate(bytes: Uint8Array, most: number): Uint8Array {
  // Few files are compressed, so that it is not imported in advance.
  return process.getBuiltinModule("node:zlib").inflateSync(bytes, { maxOutputLength: most });
}
