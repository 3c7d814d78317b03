/**
 * Reads the arrays of HDF5 files that an HDF5Data layer is trained on.
 *
 * @module
 */
import { type Hdf5Array, readHdf5 } from "../hdf5/mod.ts";

/**
 * Reads an array in the root of an HDF5 file.
 *
 * @param file The name of the file, for messages.
 * @throws {SyntaxError} if the file has no such array, is damaged, or uses unsupported features.
 */
export function readArray(
  bytes: Uint8Array,
  name: string,
  file: string,
): Hdf5Array {
  const array = readHdf5(bytes, name, file).find(({ path }) => path === name);
  if (array !== undefined) return array;
  throw new SyntaxError(
    `Cannot read ${file}: it has no array "${name}"; in h5py, file["${name}"] = file["old"] gives ` +
      "one of another name this name as well",
  );
}
