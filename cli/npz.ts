/**
 * Reads NumPy's archives of arrays.
 *
 * @module
 */
import { readNpy } from "../runtime/npy.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { readZip } from "../runtime/zip.ts";

/** The arrays of a `.npz`. */
export interface Npz {
  readonly names: readonly string[];
  /** The array of a name. */
  read(name: string): Promise<Tensor>;
}

/**
 * Opens a `.npz`.
 *
 * @throws {TypeError} if there are no arrays in it.
 */
export function npzOf(bytes: Uint8Array<ArrayBuffer>): Npz {
  const zip = readZip(bytes);
  const names = zip.names.filter((name) => name.endsWith(suffix));
  if (names.length === 0) throw new TypeError(`Cannot read the zip: there is no ${suffix} in it`);
  return {
    names: names.map((name) => name.slice(0, -suffix.length)),
    read: async (name) => readNpy(await zip.get(name + suffix)!.read(), name),
  };
}

const suffix = ".npy";
