/**
 * Changes of keys, which LevelDB's logs and tables hold.
 *
 * @module
 */
import type { Parts } from "../entries.ts";
import { Cursor } from "./cursor.ts";
import { logRecords } from "./log.ts";

/** A change of a key. */
export interface Change {
  readonly key: Uint8Array;
  /** The new value; `undefined` if the key is deleted. */
  readonly value: Uint8Array | undefined;
  /** Among changes of the same key, the one with the highest counts. */
  readonly sequence: bigint;
}

/** The types of changes. */
const deletion = 0;
export const put = 1;

/** The changes in a log, from the oldest on. */
export function* changesInLog(file: Parts): Generator<Change> {
  for (const record of logRecords(file)) {
    const cursor = new Cursor(record, file);
    let sequence = cursor.long();
    for (let left = cursor.number(4); left > 0; left--, sequence++) {
      const type = cursor.byte(), key = cursor.string();
      if (type !== deletion && type !== put) cursor.refuse();
      yield { key, value: type === put ? cursor.string() : undefined, sequence };
    }
  }
}
