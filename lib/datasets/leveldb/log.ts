/**
 * Reads LevelDB's logs: records that are cut into the blocks of a file.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/log_format.md
 * @module
 */
import { join } from "../../../proto/mod.ts";
import type { Parts } from "../entries.ts";

const blockSize = 32768;
/** A checksum, a length of two bytes, and the type. */
const header = 7;
/** What a piece is of its record. */
const [full, first, middle, last] = [1, 2, 3, 4];

/** The records of a log. One at the end that was not written completely is left out. */
export function* logRecords(file: Parts): Generator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  for (let start = 0; start < file.size; start += blockSize) {
    const view = file.read(start, Math.min(blockSize, file.size - start));
    for (let at = 0; at + header <= view.byteLength;) {
      const length = view.getUint16(at + 4, true), type = view.getUint8(at + 6);
      const end = at + header + length;
      const isCut = end > view.byteLength, isLast = start + blockSize >= file.size;
      if (type === 0 || isCut && isLast) break;
      if (type > last || isCut) file.refuse("it is damaged");
      if (type === full || type === first) pieces = [];
      pieces.push(new Uint8Array(view.buffer, at + header, length));
      if (type !== first && type !== middle) yield join(pieces);
      at = end;
    }
  }
}
