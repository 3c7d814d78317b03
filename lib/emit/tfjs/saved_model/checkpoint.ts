/**
 * Writes the values of variables as a checkpoint of TensorFlow: a file of their bytes, and an index
 * of where each begins.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
 * @module
 */
import { piecesOf } from "../../../../proto/deferred.ts";
import { tagOf } from "../../../../proto/encode.ts";
import { encode } from "../../../../proto/encode_tree.ts";
import { wireTypes } from "../../../../proto/wire.ts";
import { bytesOf } from "../encode_weight.ts";
import type { ModelFileParts } from "../graph_model.ts";
import type { TfValue } from "../node.ts";
import { crc32c, masked } from "./crc32c.ts";
import { BundleEntry, BundleHeader, shapeMessage, typeNumbers } from "./schema.ts";
import { sortedTable, type TableEntry } from "./sorted_table.ts";

/** The tag of an entry's checksum, its sixth field, which is a `fixed32`. */
const checksumTag = tagOf(6, wireTypes.fixed32);

/**
 * The two files of a checkpoint; none if there are no variables.
 *
 * @param prefix The beginning of their names.
 * @param variables The values by the names of the variables.
 */
export function writeCheckpoint(
  prefix: string,
  variables: ReadonlyMap<string, TfValue>,
): readonly ModelFileParts[] {
  if (variables.size === 0) return [];
  const values = [...variables].map(([name, value]) => ({
    name,
    value,
    bytes: bytesOf(value.data!),
  }));
  // Computed while the bytes are written, which may be deferred.
  const checksums = new Map<Uint8Array, number>();
  return [
    {
      name: `${prefix}.data-00000-of-00001`,
      chunks: {
        *[Symbol.iterator]() {
          for (const { bytes } of values) {
            let checksum = 0;
            for (const piece of piecesOf(bytes)) {
              checksum = crc32c(piece, checksum);
              yield piece;
            }
            checksums.set(bytes, checksum);
          }
        },
      },
    },
    {
      name: `${prefix}.index`,
      chunks: {
        *[Symbol.iterator]() {
          yield encodeIndex(values, (bytes) => checksums.get(bytes) ?? checksumOf(bytes));
        },
      },
    },
  ];
}

function checksumOf(bytes: Uint8Array): number {
  let checksum = 0;
  for (const piece of piecesOf(bytes)) checksum = crc32c(piece, checksum);
  return checksum;
}

function encodeIndex(
  values: readonly { name: string; value: TfValue; bytes: Uint8Array }[],
  checksumOf: (bytes: Uint8Array) => number,
): Uint8Array<ArrayBuffer> {
  const header = encode(BundleHeader, { num_shards: 1, version: { producer: 1 } });
  const entries: TableEntry[] = [[new Uint8Array(0), header]];
  let offset = 0;
  for (const { name, value: { type, shape }, bytes } of values) {
    const size = bytes.length;
    const entry = encode(BundleEntry, {
      dtype: typeNumbers[type],
      shape: shapeMessage(shape),
      offset,
      size,
    });
    const checksum = new Uint8Array(5);
    checksum[0] = checksumTag;
    new DataView(checksum.buffer).setUint32(1, masked(checksumOf(bytes)), true);
    entries.push([new TextEncoder().encode(name), Uint8Array.from([...entry, ...checksum])]);
    offset += size;
  }
  return sortedTable(entries);
}
