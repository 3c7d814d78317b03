/**
 * Names the file in errors about bundles and zips.
 *
 * @module
 */
import { foreignKind } from "../lib/caffe/file_kind.ts";

/** Adds the file's name and, if it is of another kind, its kind to errors about bundles and zips. */
export async function withFileInErrors<Result>(
  path: string,
  bytes: Uint8Array,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const state = /^Cannot read the (?:bundle|zip): (.*)$/s.exec((cause as Error).message)?.[1];
    if (state === undefined) throw cause;
    const kind = foreignKind(bytes, "bundle");
    throw new TypeError(`Cannot read ${path}: ${kind ? `it is ${kind}` : state}`, { cause });
  }
}
