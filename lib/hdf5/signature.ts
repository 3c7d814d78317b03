/**
 * The signature of HDF5 files.
 *
 * @module
 */

/** The first bytes of every HDF5 file. */
export const signature: readonly number[] = [0x89, ...new TextEncoder().encode("HDF\r\n\x1a\n")];

/** Whether a file is an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}
