/**
 * Writes the values of variables as a checkpoint of TensorFlow: a file of their bytes, and an index
 * of where each begins.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
 * @module
 */
import { encode } from "../../../../proto/encode_tree.ts";
import { ownBytes } from "../../own_bytes.ts";
import type { ModelFileParts } from "../graph_model.ts";
import type { TfValue } from "../node.ts";
import { crc32c, masked } from "./crc32c.ts";
import { BundleEntry, BundleHeader, shapeMessage, typeNumbers } from "./schema.ts";
import { sortedTable, type TableEntry } from "./sorted_table.ts";

/** The tag of an entry's checksum, its sixth field, which is a `fixed32`. */
const checksumTag = 6 << 3 | 5;

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
  const values = [...variables].map(([name, value]) => ({ name, value, bytes: bytesOf(value) }));
  return [
    { name: `${prefix}.data-00000-of-00001`, chunks: values.map(({ bytes }) => bytes) },
    {
      name: `${prefix}.index`,
      chunks: {
        *[Symbol.iterator]() {
          yield encodeIndex(values);
        },
      },
    },
  ];
}

function encodeIndex(
  values: readonly { name: string; value: TfValue; bytes: Uint8Array }[],
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
    new DataView(checksum.buffer).setUint32(1, masked(crc32c(bytes)), true);
    entries.push([new TextEncoder().encode(name), Uint8Array.from([...entry, ...checksum])]);
    offset += size;
  }
  return sortedTable(entries);
}

/** The bytes of a constant. */
export function bytesOf({ data }: TfValue): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = data!;
  return ownBytes(new Uint8Array(buffer, byteOffset, byteLength));
}
