/**
 * Reads LevelDB's manifest: which files belong to the database.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/impl.md
 * @module
 */
import type { Parts } from "../entries.ts";
import { Cursor } from "./cursor.ts";
import { logRecords } from "./log.ts";
import { userKey } from "./table.ts";

/** What is said of the database. */
const tag = {
  order: 1,
  oldestLog: 2,
  nextFile: 3,
  lastSequence: 4,
  compaction: 5,
  removedTable: 6,
  newTable: 7,
  previousLog: 9,
} as const;

/** A table that belongs to the database. */
export interface TableFile {
  /** The number in its name. */
  readonly number: number;
  /** The smallest key in it. */
  readonly smallest: Uint8Array;
}

/** What a manifest tells. */
export interface Manifest {
  readonly tables: readonly TableFile[];
  /** Whether the entries of a log are in no table yet. */
  readonly isPending: (log: number) => boolean;
}

/**
 * Follows the changes of a manifest.
 *
 * @throws {SyntaxError} if it is damaged.
 */
export function readManifest(file: Parts): Manifest {
  const tables = new Map<number, TableFile>();
  let oldestLog = 0, previousLog = 0;
  for (const change of logRecords(file)) {
    const cursor = new Cursor(change, file);
    while (!cursor.isAtEnd) {
      switch (cursor.varint()) {
        case tag.order:
          expectBytewise(new TextDecoder().decode(cursor.string()), file);
          break;
        case tag.oldestLog:
          oldestLog = cursor.varint();
          break;
        case tag.previousLog:
          previousLog = cursor.varint();
          break;
        case tag.nextFile:
        case tag.lastSequence:
          cursor.varint();
          break;
        case tag.compaction:
          cursor.varint(); // its level
          cursor.string();
          break;
        case tag.removedTable:
          cursor.varint(); // its level
          tables.delete(cursor.varint());
          break;
        case tag.newTable: {
          cursor.varint(); // its level
          const number = cursor.varint();
          cursor.varint(); // its size
          tables.set(number, { number, smallest: userKey(cursor.string(), file) });
          cursor.string(); // its largest key
          break;
        }
        default:
          cursor.refuse();
      }
    }
  }
  return {
    tables: [...tables.values()],
    isPending: (log) => log >= oldestLog || log === previousLog,
  };
}

function expectBytewise(order: string, file: Parts): void {
  if (order === "leveldb.BytewiseComparator") return;
  file.refuse(`its keys are in an order of their own, ${JSON.stringify(order)}`);
}
