/**
 * Reads LMDB: a B+ tree in one file, in which Caffe keeps data sets.
 *
 * Only what Caffe writes is read: the main database of a 64-bit system, with one value for a key.
 *
 * @see https://github.com/LMDB/lmdb/blob/mdb.master/libraries/liblmdb/mdb.c
 * @module
 */
import type { PartialFile } from "../../proto/deferred.ts";
import { bytesOf, type Entry, Parts } from "./entries.ts";

/** The bytes of a page's header. */
const header = 16;
/** Stands at the start of a meta page, behind the header. */
const magic = 0xbeefc0de;
/** The root of an empty tree. */
const none = 0xffffffffffffffffn;
/** The kinds of pages. */
const [branch, leaf, overflow] = [1, 2, 4];
/** An entry whose value is in pages of its own. */
const big = 1;

/** The page size and the root of the main database. */
interface Meta {
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
    const { pageSize, root } = this.#meta;
    const waiting = root === none ? [] : [root];
    let pagesLeft = Math.ceil(this.#parts.size / pageSize);
    while (waiting.length > 0) {
      const view = this.#page(waiting.pop()!, branch | leaf), nodes = this.#nodesIn(view);
      if ((view.getUint16(10, true) & leaf) !== 0) {
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
    const view = this.#parts.read(position, header + 136);
    if (view.getUint32(header, true) !== magic) {
      // Without 64 bits, the header is smaller.
      this.#parts.refuse(
        view.getUint32(12, true) === magic
          ? "it is an LMDB of a 32-bit system, and only those of 64-bit systems are read"
          : "it is no LMDB",
      );
    }
    const version = view.getUint32(header + 4, true);
    if (version !== 1) this.#parts.refuse(`it is of LMDB's format ${version}, and only 1 is read`);
    const pageSize = view.getUint32(header + 24, true);
    if (pageSize < 256 || pageSize > 65536) this.#parts.refuse("it is damaged");
    return {
      pageSize,
      entries: Number(view.getBigUint64(header + 104, true)),
      root: view.getBigUint64(header + 112, true),
      transaction: view.getBigUint64(header + 128, true),
    };
  }

  /** A page of one of some kinds. */
  #page(page: bigint, kinds: number, pages = 1): DataView<ArrayBuffer> {
    const { pageSize } = this.#meta;
    const view = this.#parts.read(Number(page) * pageSize, pages * pageSize);
    if ((view.getUint16(10, true) & kinds) === 0) this.#parts.refuse("it is damaged");
    return view;
  }

  /** Where the entries of a page begin in it. */
  #nodesIn(view: DataView<ArrayBuffer>): number[] {
    const { pageSize } = this.#meta, end = Math.min(view.getUint16(12, true), pageSize);
    const nodes = Array.from({ length: (end - header) >> 1 }, (_, i) => {
      return view.getUint16(header + 2 * i, true);
    });
    if (nodes.some((node) => node + 8 > pageSize)) this.#parts.refuse("it is damaged");
    return nodes;
  }

  #entry(view: DataView<ArrayBuffer>, node: number): Entry {
    const length = view.getUint16(node, true) + view.getUint16(node + 2, true) * 2 ** 16;
    const flags = view.getUint16(node + 4, true), keyLength = view.getUint16(node + 6, true);
    const value = node + 8 + keyLength, isBig = flags === big;
    if (flags !== 0 && !isBig) {
      this.#parts.refuse("it has several databases, or several values for a key");
    }
    if (value + (isBig ? 8 : length) > view.byteLength) this.#parts.refuse("it is damaged");
    const key = bytesOf(view, node + 8, keyLength);
    if (!isBig) return { key, value: bytesOf(view, value, length) };
    const pages = Math.ceil((header + length) / this.#meta.pageSize);
    const whole = this.#page(view.getBigUint64(value, true), overflow, pages);
    return { key, value: bytesOf(whole, header, length) };
  }
}

/** The page that an entry of a branch leads to. */
function childOf(view: DataView, node: number): bigint {
  return BigInt(view.getUint16(node, true)) | BigInt(view.getUint16(node + 2, true)) << 16n |
    BigInt(view.getUint16(node + 4, true)) << 32n;
}
