/**
 * Writes an immutable sorted table in LevelDB's format, which is that of a checkpoint's index.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/table_format.md
 * @module
 */
import { compareKeys } from "../../../datasets/leveldb/compare_keys.ts";
import { crc32c, masked } from "./crc32c.ts";

/** A key and its value. */
export type TableEntry = readonly [key: Uint8Array, value: Uint8Array];

/** The last eight bytes of a table, lowest first. */
const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** Two handles of blocks, padded. */
const footerHandles = 40;
const uncompressed = 0;

/**
 * The bytes of a table with one block of data.
 *
 * @param entries Its entries, whose keys are distinct; they need not be sorted.
 */
export function sortedTable(entries: readonly TableEntry[]): Uint8Array<ArrayBuffer> {
  const sorted = entries.toSorted(([a], [b]) => compareKeys(a, b));
  const bytes: number[] = [];
  const append = (block: Uint8Array): Uint8Array => {
    const handle = Uint8Array.from([...varint(bytes.length), ...varint(block.length)]);
    const typed = Uint8Array.from([...block, uncompressed]);
    for (const byte of typed) bytes.push(byte);
    bytes.push(...fixed32(masked(crc32c(typed))));
    return handle;
  };
  const data = append(blockOf(sorted));
  const metaIndex = append(blockOf([]));
  const index = append(blockOf([[sorted.at(-1)?.[0] ?? new Uint8Array(0), data]]));
  const footer = new Uint8Array(footerHandles);
  footer.set([...metaIndex, ...index]);
  return Uint8Array.from([...bytes, ...footer, ...magic]);
}

/** A block: entries without prefix compression, so that each is a restart point. */
function blockOf(entries: readonly TableEntry[]): Uint8Array {
  const bytes: number[] = [], restarts: number[] = [];
  for (const [key, value] of entries) {
    restarts.push(bytes.length);
    bytes.push(0, ...varint(key.length), ...varint(value.length), ...key, ...value);
  }
  if (restarts.length === 0) restarts.push(0);
  return Uint8Array.from([...bytes, ...restarts.flatMap(fixed32), ...fixed32(restarts.length)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return [...bytes, value];
}

function fixed32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => value >>> shift & 255);
}
