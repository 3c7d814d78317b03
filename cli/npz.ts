/**
 * Arrays by name, from the files that NumPy writes.
 *
 * @module
 */
import { readNpy } from "../runtime/npy.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { readZip } from "../runtime/zip.ts";
import { readFile } from "./files.ts";
import { naming } from "./network_file.ts";

/** The arrays of a `.npz`. */
export interface Npz {
  readonly names: readonly string[];
  /** The array of a name. */
  read(name: string): Promise<Tensor>;
}

/**
 * Opens a `.npz`; its arrays are read when they are asked for.
 *
 * @throws {Error} if it cannot be read, or holds no arrays.
 */
export async function openNpz(path: string): Promise<Npz> {
  const bytes = await readFile(path);
  return await naming(path, () => Promise.resolve(npzOf(bytes)));
}

/** The arrays in the bytes of a `.npz`. */
export function npzOf(bytes: Uint8Array<ArrayBuffer>): Npz {
  const zip = readZip(bytes);
  const names = zip.names.filter((name) => name.endsWith(suffix));
  return {
    names: names.map((name) => name.slice(0, -suffix.length)),
    read: async (name) => readNpy(await zip.get(name + suffix)!.read(), name),
  };
}

const suffix = ".npy";
