/**
 * Reads arrays from HDF5 files, in the subset of the format that is written by default: groups with
 * symbol tables or compact links, and arrays of numbers that are contiguous, compact or in chunks.
 *
 * @see https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html
 * @module
 */
import { type Hdf5Array, Hdf5Parser } from "./parser.ts";

export type { Hdf5Array };

/**
 * Reads the arrays of a group of an HDF5 file; none, if there is no such group.
 *
 * @param group The group's name in the root. Other groups are not read.
 * @param file The name of the file, for messages.
 * @throws {SyntaxError} if the file is damaged, or uses unsupported features of HDF5.
 */
export function readHdf5(
  bytes: Uint8Array,
  group: string,
  file: string,
): readonly Hdf5Array[] {
  try {
    return [...new Hdf5Parser(bytes, group).arrays()];
  } catch (error) {
    const reason = error instanceof RangeError ? "it is cut short or damaged" : messageOf(error);
    throw new SyntaxError(`Cannot read ${file}: ${reason}`);
  }
}

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error);
