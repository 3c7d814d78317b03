/**
 * The learned blobs of a file, whatever its format.
 *
 * @module
 */
import type { PartialFile } from "../../proto/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { expectBytes } from "../named_file.ts";
import { readNet } from "./read.ts";

/**
 * Reads the learned blobs of a caffemodel in any of Caffe's formats, or of an HDF5 file: those of
 * each layer that has any, by layer name, like `net.params` in pycaffe.
 *
 * @param name The name of the file, for messages.
 * @returns Shapes as in the file: old files write four axes for every blob. The numbers are views of
 * `bytes` where possible.
 * @throws {SyntaxError} if it is no caffemodel, or its blobs do not fit their shapes.
 *
 * @example
 * ```ts
 * import { readWeights, writeCaffemodel } from "../../mod.ts";
 *
 * const blobs = [{ shape: [2, 3], data: new Float32Array(6) }];
 * const layers = [{ name: "ip", type: "InnerProduct", bottoms: ["x"], tops: ["y"], blobs }];
 * const weights = readWeights(writeCaffemodel({ name: "net", layers }));
 * weights.get("ip")![0]!.shape; // [2, 3]
 * ```
 */
export function readWeights(
  bytes: Uint8Array,
  name = "the caffemodel",
): Map<string, readonly Tensor[]> {
  expectBytes(bytes, name);
  return learnedBlobs(bytes, name);
}

/** The same of a file that may be read in parts; then large blobs stay in it. */
export function learnedBlobs(
  bytes: Uint8Array | PartialFile,
  name: string,
): Map<string, readonly Tensor[]> {
  const layers = readNet(bytes, { file: name }).layers.filter(({ blobs }) => blobs.length > 0);
  return new Map(layers.map(({ name, blobs }) => {
    return [name, blobs.map(({ shape, data }) => ({ shape, data }))];
  }));
}
