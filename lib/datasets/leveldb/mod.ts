/**
 * Reads LevelDB: a folder with a log of the latest changes, and sorted tables of all others. Caffe
 * kept data sets in it before LMDB.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/impl.md
 * @module
 */
import type { PartialFile } from "../../../proto/deferred.ts";
import { type Entry, Parts } from "../entries.ts";
import { type Change, changesInLog } from "./changes.ts";
import { compareKeys } from "./compare_keys.ts";
import { type Manifest, readManifest, type TableFile } from "./manifest.ts";
import { changesInTable } from "./table.ts";

/** The folder of a LevelDB. */
export interface Folder {
  /** Its name, for messages. */
  readonly name: string;
  /** The names of its files. */
  readonly files: ReadonlySet<string>;
  /** Opens a file of it. */
  readonly open: (file: string) => PartialFile & Disposable;
}

/** Sorted changes, of which one is known. */
interface Stream {
  readonly next: Change;
  readonly rest: Iterator<Change>;
}

/** The entries of a LevelDB in the order of their keys. */
export class LevelDb implements Iterable<Entry> {
  readonly #folder: Folder;
  readonly #manifest: Manifest;
  /** The names of files by their numbers. */
  readonly #logs = new Map<number, string>();
  readonly #tables = new Map<number, string>();

  /** @throws {SyntaxError} if the folder is no LevelDB. */
  constructor(folder: Folder) {
    this.#folder = folder;
    for (const file of folder.files) {
      const [, number, kind] = /^(\d+)\.(log|ldb|sst)$/.exec(file) ?? [];
      if (number === undefined) continue;
      const files = kind === "log" ? this.#logs : this.#tables;
      files.set(Number(number), file);
    }
    using current = this.#open("CURRENT");
    using manifest = this.#open(new TextDecoder().decode(current.read(0, current.size)).trim());
    this.#manifest = readManifest(manifest);
  }

  /** @throws {SyntaxError} if a file is missing or damaged. */
  *[Symbol.iterator](): Generator<Entry> {
    let streams: Stream[] = [];
    const add = (changes: Iterator<Change>) => {
      const { value, done } = changes.next();
      if (!done) streams.push({ next: value, rest: changes });
    };
    add(this.#latest().values());
    const waiting = this.#manifest.tables.toSorted((a, b) => compareKeys(b.smallest, a.smallest));
    let last: Uint8Array | undefined;
    for (;;) {
      let first = firstOf(streams);
      // A table is open only while its keys are among the next ones.
      while (
        waiting.length > 0 &&
        (first === undefined || compareKeys(waiting.at(-1)!.smallest, first.next.key) <= 0)
      ) {
        add(this.#changesIn(waiting.pop()!));
        first = firstOf(streams);
      }
      if (first === undefined) return;
      streams = streams.filter((stream) => stream !== first);
      add(first.rest);
      const { key, value } = first.next;
      if (last !== undefined && compareKeys(key, last) === 0) continue;
      last = key;
      if (value !== undefined) yield { key, value };
    }
  }

  /** The changes that are in no table yet, sorted. */
  #latest(): Change[] {
    const pending = [...this.#logs].filter(([number]) => this.#manifest.isPending(number));
    return pending.flatMap(([, name]) => {
      using log = this.#open(name);
      return [...changesInLog(log)];
    }).sort(compareChanges);
  }

  /** The changes in a table, which is closed at their end. */
  *#changesIn({ number }: TableFile): Generator<Change> {
    using table = this.#open(this.#tables.get(number) ?? `${number}.ldb`);
    yield* changesInTable(table);
  }

  #open(file: string): Parts {
    const { name, files, open } = this.#folder;
    if (files.has(file)) return new Parts(open(file), `${name}/${file}`);
    throw new SyntaxError(`Cannot read ${name}: its file ${JSON.stringify(file)} is missing`);
  }
}

/** The stream whose next change comes first. */
function firstOf(streams: readonly Stream[]): Stream | undefined {
  let first = streams[0];
  for (const stream of streams) {
    if (compareChanges(stream.next, first!.next) < 0) first = stream;
  }
  return first;
}

/** By keys; newer changes of a key first. */
function compareChanges(a: Change, b: Change): number {
  return compareKeys(a.key, b.key) || (a.sequence > b.sequence ? -1 : 1);
}
