/**
 * Reads LevelDB's tables: sorted changes in compressed blocks.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/table_format.md
 * @module
 */
import { join } from "../../../proto/mod.ts";
import { bytesOf, type Entry, type Parts } from "../entries.ts";
import { type Change, put } from "./changes.ts";
import { Cursor } from "./cursor.ts";
import { unsnap } from "./snappy.ts";

const footer = 48;
const magic = 0xdb4775248b80fb57n;
/** How a block is stored; a byte behind it tells. */
const [stored, snappy] = [0, 1];
/** The bytes of a change's type and number. */
const suffix = 8;

/** The changes in a table, in the order of their keys, newer ones of a key first. */
export function* changesInTable(file: Parts): Generator<Change> {
  const end = file.read(Math.max(0, file.size - footer), footer);
  if (end.getBigUint64(footer - 8, true) !== magic) file.refuse("it is no table of LevelDB");
  const handles = new Cursor(bytesOf(end, 0, footer), file);
  // The first handle is for filters.
  handles.varint();
  handles.varint();
  for (const { value } of entriesInBlock(blockAt(handles, file), file)) {
    const block = blockAt(new Cursor(value, file), file);
    for (const { key, value } of entriesInBlock(block, file)) {
      const number = new Cursor(key.subarray(-suffix), file).long();
      const isPut = Number(number & 255n) === put;
      yield {
        key: userKey(key, file),
        value: isPut ? value : undefined,
        sequence: number >> 8n,
      };
    }
  }
}

/** The user's part of a key in a table. The type and number of its change follow it. */
export function userKey(key: Uint8Array, file: Parts): Uint8Array {
  if (key.length < suffix) file.refuse("it is damaged");
  return key.subarray(0, -suffix);
}

/** The block that a handle leads to, by its position and its length. */
function blockAt(handle: Cursor, file: Parts): Uint8Array {
  const position = handle.varint(), length = handle.varint();
  const view = file.read(position, length + 1), bytes = bytesOf(view, 0, length);
  const compression = view.getUint8(length);
  if (compression === stored) return bytes;
  if (compression === snappy) return unsnap(bytes, file);
  return file.refuse("it is compressed by something else than Snappy");
}

/** The entries of a block. Each key omits what it shares with the one before. */
function* entriesInBlock(block: Uint8Array, file: Parts): Generator<Entry> {
  const restarts = new Cursor(block.subarray(-4), file).number(4);
  const entries = new Cursor(block, file).take(block.length - 4 * (restarts + 1));
  const cursor = new Cursor(entries, file);
  let last: Uint8Array = new Uint8Array(0);
  while (!cursor.isAtEnd) {
    const shared = cursor.varint(), own = cursor.varint(), length = cursor.varint();
    if (shared > last.length) cursor.refuse();
    last = join([last.subarray(0, shared), cursor.take(own)]);
    yield { key: last, value: cursor.take(length) };
  }
}
