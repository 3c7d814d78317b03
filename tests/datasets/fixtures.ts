/**
 * Data sets that LMDB and LevelDB themselves wrote, with Python's `lmdb` and `plyvel`: the pictures of
 * digits as Datum, every fourth as the bytes of its file, and the last one with three channels.
 *
 * The LevelDB has a table of the first eight, of which one is an older version, another table, and
 * logs with the rest. Entries with `wide` or `deleted` in their keys were deleted later.
 *
 * `hdf5.py` says what is in the HDF5 files.
 *
 * @module
 */
import { unzipSync } from "fflate";
import type { PartialFile } from "../../proto/deferred.ts";
import { samples } from "../cli/digits.ts";

/** The names of the pictures, in the order of their keys. */
export const names: readonly string[] = Array.from(Deno.readDirSync(samples), ({ name }) => name)
  .sort();

/** The key of each picture. */
export const keys: readonly string[] = names.map((name, i) => `${`${i}`.padStart(8, "0")}_${name}`);

/** The files of a data set by name. */
export function filesOf(
  dataSet: "lmdb" | "leveldb" | "hdf5",
): Readonly<Record<string, Uint8Array>> {
  return unzipSync(Deno.readFileSync(new URL(`${dataSet}.zip`, import.meta.url)));
}

/** Bytes as a file that is read in parts. */
export function partsOf(bytes: Uint8Array): PartialFile & Disposable {
  return {
    size: bytes.length,
    many: 1,
    read: (position, into) => into.set(bytes.subarray(position, position + into.length)),
    [Symbol.dispose]() {},
  };
}

/** Repeats an action with a file of which one byte after the other is another one. */
export function withDamage(bytes: Uint8Array, action: (damaged: Uint8Array) => void): void {
  for (let at = 0; at < bytes.length; at += 1 + (at >> 5)) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) action(bytes.with(at, value));
  }
}
