/**
 * Reads LMDB: a B+ tree in one file, in which Caffe keeps data sets.
 *
 * Only what Caffe writes is read: the main database, with one value for a key. Page numbers and sizes
 * have 8 bytes where a 64-bit system wrote it, and 4 where a 32-bit one did.
 *
 * @see https://github.com/LMDB/lmdb/blob/mdb.master/libraries/liblmdb/mdb.c
 * @module
 */
import type { PartialFile } from "../../proto/deferred.ts";
import { bytesOf, type Entry, Parts } from "./entries.ts";

/** The bytes of a page's header behind the page's number. */
const restOfHeader = 8;
/** Stands at the start of a meta page, behind the header. */
const magic = 0xbeefc0de;
/** The kinds of pages. */
const [branch, leaf, overflow] = [1, 2, 4];
/** An entry whose value is in pages of its own. */
const big = 1;

/** The bytes of an entry before its key: a length or a page, flags, and the length of the key. */
const entryHeader = 8;

/** The bytes of the longest meta page. */
const longestMeta = 152;

/** The page size and the root of the main database. */
interface Meta {
  /** The bytes of a page's number, and of other sizes. */
  readonly word: 4 | 8;
  readonly pageSize: number;
  readonly root: bigint;
  readonly entries: number;
  /** The number of the transaction that wrote it. */
  readonly transaction: bigint;
}

/** The entries of an LMDB in the order of their keys. */
export class Lmdb implements Iterable<Entry> {
  readonly #parts: Parts;
  readonly #meta: Meta;

  /**
   * @param file The file `data.mdb`.
   * @param name Its name, for messages.
   * @throws {SyntaxError} if it is no LMDB.
   */
  constructor(file: PartialFile, name: string) {
    this.#parts = new Parts(file, name);
    const first = this.#metaAt(0), second = this.#metaAt(first.pageSize);
    // Transactions write them alternately.
    this.#meta = first.transaction > second.transaction ? first : second;
  }

  /** The number of entries. */
  get count(): number {
    return this.#meta.entries;
  }

  /** @throws {SyntaxError} if the file is damaged. */
  *[Symbol.iterator](): Generator<Entry> {
    const { word, pageSize, root } = this.#meta;
    // The root of an empty tree has all bits set.
    const waiting = root === 2n ** BigInt(8 * word) - 1n ? [] : [root];
    let pagesLeft = Math.ceil(this.#parts.size / pageSize);
    while (waiting.length > 0) {
      const view = this.#page(waiting.pop()!, branch | leaf), nodes = this.#nodesIn(view);
      if ((view.getUint16(word + 2, true) & leaf) !== 0) {
        for (const node of nodes) yield this.#entry(view, node);
        continue;
      }
      // The tree of a damaged file may be a circle.
      pagesLeft -= nodes.length;
      if (pagesLeft < 0) this.#parts.refuse("it is damaged");
      waiting.push(...nodes.map((node) => childOf(view, node)).reverse());
    }
  }

  #metaAt(position: number): Meta {
    const view = this.#parts.read(position, longestMeta);
    const word = ([8, 4] as const).find((word) =>
      view.getUint32(word + restOfHeader, true) === magic
    );
    if (word === undefined) this.#parts.refuse("it is no LMDB");
    // Behind the magic number and the version are an address and a size, and then the databases: of
    // free pages, which has the size of pages, and the main one.
    const start = word + restOfHeader, free = start + 8 + 2 * word, main = free + 8 + 5 * word;
    const version = view.getUint32(start + 4, true);
    if (version !== 1) this.#parts.refuse(`it is of LMDB's format ${version}, and only 1 is read`);
    const pageSize = view.getUint32(free, true);
    if (pageSize < 256 || pageSize > 65536) this.#parts.refuse("it is damaged");
    // A database has eight bytes and five words. Two more words behind the main one are the last page
    // and the transaction.
    const wordOf = (index: number) => wordAt(view, main + 8 + index * word, word);
    return { word, pageSize, entries: Number(wordOf(3)), root: wordOf(4), transaction: wordOf(6) };
  }

  /** A page of one of some kinds. */
  #page(page: bigint, kinds: number, pages = 1): DataView<ArrayBuffer> {
    const { pageSize } = this.#meta;
    const view = this.#parts.read(Number(page) * pageSize, pages * pageSize);
    if ((view.getUint16(this.#meta.word + 2, true) & kinds) === 0) {
      this.#parts.refuse("it is damaged");
    }
    return view;
  }

  /** Where the entries of a page begin in it. */
  #nodesIn(view: DataView<ArrayBuffer>): number[] {
    const { word, pageSize } = this.#meta, header = word + restOfHeader;
    const end = Math.min(view.getUint16(word + 4, true), pageSize);
    const nodes = Array.from({ length: (end - header) >> 1 }, (_, i) => {
      return view.getUint16(header + 2 * i, true);
    });
    if (nodes.some((node) => node + entryHeader > pageSize)) this.#parts.refuse("it is damaged");
    return nodes;
  }

  #entry(view: DataView<ArrayBuffer>, node: number): Entry {
    const length = view.getUint16(node, true) + view.getUint16(node + 2, true) * 2 ** 16;
    const flags = view.getUint16(node + 4, true), keyLength = view.getUint16(node + 6, true);
    const start = node + entryHeader, value = start + keyLength, isBig = flags === big;
    if (flags !== 0 && !isBig) {
      this.#parts.refuse("it has several databases, or several values for a key");
    }
    const { word, pageSize } = this.#meta, header = word + restOfHeader;
    if (value + (isBig ? word : length) > view.byteLength) this.#parts.refuse("it is damaged");
    const key = bytesOf(view, start, keyLength);
    if (!isBig) return { key, value: bytesOf(view, value, length) };
    const pages = Math.ceil((header + length) / pageSize);
    const whole = this.#page(wordAt(view, value, word), overflow, pages);
    return { key, value: bytesOf(whole, header, length) };
  }
}

/** The page that an entry of a branch leads to. */
function childOf(view: DataView, node: number): bigint {
  return BigInt(view.getUint16(node, true)) | BigInt(view.getUint16(node + 2, true)) << 16n |
    BigInt(view.getUint16(node + 4, true)) << 32n;
}

/** An integer of 4 or 8 bytes. */
function wordAt(view: DataView, position: number, word: 4 | 8): bigint {
  return word === 8 ? view.getBigUint64(position, true) : BigInt(view.getUint32(position, true));
}
