/**
 * Reads NumPy's archives of arrays.
 *
 * @module
 */
import { readNpy } from "../runtime/bundle/npy.ts";
import { readZip } from "../runtime/bundle/zip.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { withFileInErrors } from "./file_errors.ts";
import { readFile } from "./files.ts";

/** The arrays of a `.npz`. */
export interface Npz {
  readonly names: readonly string[];
  /** The array of a name. */
  read(name: string): Promise<Tensor>;
}

/**
 * Opens a `.npz`; arrays are read on demand.
 *
 * @throws {Error} if it cannot be read, or holds no arrays.
 */
export async function openNpz(path: string): Promise<Npz> {
  const bytes = await readFile(path);
  return await withFileInErrors(path, bytes, () => Promise.resolve(npzOf(bytes)));
}

/**
 * The arrays in the bytes of a `.npz`.
 *
 * @throws {TypeError} if there are none.
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
