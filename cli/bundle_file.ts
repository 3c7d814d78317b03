/**
 * Reads a bundle's file.
 *
 * @module
 */
import { type Bundle, readBundle } from "../runtime/bundle/bundle.ts";
import type { CustomOp } from "../runtime/ops/op.ts";
import { withFileInErrors } from "./file_errors.ts";
import { readFile } from "./files.ts";

/**
 * The bundle in a file.
 *
 * @param ops The custom ops that it may have.
 * @throws {Error} naming the file, if it cannot be read.
 */
export async function readBundleFile(path: string, ops: readonly CustomOp[]): Promise<Bundle> {
  const bytes = await readFile(path);
  return await withFileInErrors(path, bytes, () => readBundle(bytes, undefined, ops));
}
