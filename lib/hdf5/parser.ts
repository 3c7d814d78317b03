/**
 * Parses the structure of HDF5 files: superblock, object headers, groups and arrays.
 *
 * @see https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html
 * @module
 */
import { count, type Shape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { copy, repack } from "./advice.ts";
import { type Chunked, filtersOf, readChunks } from "./chunks.ts";
import type { Cursor } from "./cursor.ts";
import { aboveAllLevels, Hdf5File } from "./file.ts";
import { floatsOf } from "./floats.ts";
import { isHdf5, signature } from "./signature.ts";

/** An array. */
export interface Hdf5Array {
  /** Its path from the root: `data/conv1/0`. */
  readonly path: string;
  readonly shape: Shape;
  /** Its elements in row-major order. They may be a view of the file's bytes. */
  readonly data: Float32Array;
}

/** The types of the messages in object headers. */
const kinds = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** How the elements of an array are stored. */
const compact = 0, contiguous = 1, chunked = 2;

interface Link {
  readonly name: string;
  /** The address of an object; `undefined` for a link to a path, or into another file. */
  readonly target: number | undefined;
}

/** A message of an object header. */
interface Message {
  readonly kind: number;
  /** Whether the body is only a reference to a message that several objects share. */
  readonly isShared: boolean;
  readonly body: Cursor;
}

/** Parses an HDF5 file. */
export class Hdf5Parser {
  readonly #file: Hdf5File;
  readonly #root: number;
  /** The arrays by address, since several links may refer to one array. */
  readonly #arrays = new Map<number, Tensor>();

  constructor(
    bytes: Uint8Array,
    private readonly group: string,
  ) {
    if (!isHdf5(bytes)) throw new Error("it is no HDF5 file, or does not start as one");
    this.#file = new Hdf5File(bytes);
    const cursor = this.#file.at(signature.length);
    const version = cursor.uint(1);
    if (version > 3) throw new Error(`its HDF5 superblock has the version ${version}; ${repack}`);
    if (version < 2) cursor.skip(4);
    this.#file.addressSize = cursor.uint(1);
    this.#file.lengthSize = cursor.uint(1);
    // Flags, the fan-outs of B-trees, and addresses that are not needed.
    cursor.skip(version < 2 ? 9 + 4 * version : 1);
    cursor.skip((version < 2 ? 5 : 3) * this.#file.addressSize);
    this.#root = this.#file.address(cursor);
  }

  /** The arrays, depth-first. */
  arrays(): Generator<Hdf5Array> {
    return this.#arraysIn(this.#root, "");
  }

  *#arraysIn(address: number, path: string): Generator<Hdf5Array> {
    const known = this.#arrays.get(address);
    if (known !== undefined) {
      yield { path, ...known };
      return;
    }
    const messages = this.#messages(address);
    const of = (kind: number) => messages.filter((message) => message.kind === kind);
    if (of(kinds.layout).length > 0) {
      const array = this.#array(path, of);
      this.#arrays.set(address, array);
      yield { path, ...array };
      return;
    }
    for (const { body } of of(kinds.linkInfo)) this.#refuseDenseLinks(body, path);
    const links = [
      ...of(kinds.symbolTable).flatMap(({ body }) => [...this.#symbols(body)]),
      ...of(kinds.link).map(({ body }) => this.#link(body)),
    ];
    for (const { name, target } of links) {
      if (path === "" && name !== this.group) continue;
      const inside = path === "" ? name : `${path}/${name}`;
      if (target === undefined) throw new Error(`/${inside} is a soft or external link; ${copy}`);
      yield* this.#arraysIn(target, inside);
    }
  }

  /** The messages of an object header. */
  #messages(address: number): readonly Message[] {
    const cursor = this.#file.at(address);
    if (cursor.uint(1) === 1) {
      cursor.skip(7);
      const length = cursor.uint(4);
      return this.#block({ address: address + 16, length }, false);
    }
    this.#file.expect(address, "OHDR");
    cursor.skip(4);
    const flags = cursor.uint(1);
    const hasTimes = flags & 0x20, hasLimits = flags & 0x10;
    cursor.skip((hasTimes ? 16 : 0) + (hasLimits ? 4 : 0));
    const length = cursor.uint(bytesOfLength(flags)), isOrdered = (flags & 4) !== 0;
    return this.#block({ address: cursor.position, length }, true, isOrdered);
  }

  /**
   * The messages of a header block and of its continuations.
   *
   * @param isNew Whether the object header has version 2.
   * @param isOrdered Whether messages have a creation order.
   */
  #block(
    { address, length }: { readonly address: number; readonly length: number },
    isNew: boolean,
    isOrdered = false,
  ): readonly Message[] {
    const messages: Message[] = [];
    const head = isNew ? (isOrdered ? 6 : 4) : 8;
    const cursor = this.#file.at(address);
    this.#file.countLink();
    while (cursor.position + head <= address + length) {
      const kind = cursor.uint(isNew ? 1 : 2);
      const size = cursor.uint(2);
      const isShared = (cursor.uint(1) & 2) !== 0;
      cursor.skip(head - (isNew ? 4 : 5));
      const body = this.#file.at(cursor.position);
      cursor.skip(size);
      if (kind !== kinds.continuation) {
        messages.push({ kind, isShared, body });
        continue;
      }
      const next = { address: this.#file.address(body), length: body.uint(this.#file.lengthSize) };
      if (isNew) {
        this.#file.expect(next.address, "OCHK");
        // A block starts with its signature and ends with a checksum, of four bytes each.
        next.address += 4;
        next.length -= 8;
      }
      messages.push(...this.#block(next, isNew, isOrdered));
    }
    return messages;
  }

  /** The links of a group in the old format: a B-tree of symbol tables, and a heap of names. */
  *#symbols(body: Cursor): Generator<Link> {
    const tree = this.#file.address(body);
    const heap = this.#file.at(this.#file.address(body));
    this.#file.expect(heap.position, "HEAP");
    heap.skip(8 + 2 * this.#file.lengthSize);
    yield* this.#symbolsIn(tree, this.#file.address(heap), aboveAllLevels);
  }

  *#symbolsIn(address: number, names: number, above: number): Generator<Link> {
    this.#file.countLink();
    const cursor = this.#file.at(address + 4);
    if (this.#file.hasSignature(address, "TREE")) {
      cursor.skip(1);
      const level = cursor.uint(1);
      if (level >= above) throw new RangeError();
      const entries = cursor.uint(2);
      cursor.skip(2 * this.#file.addressSize);
      for (let i = 0; i < entries; i++) {
        cursor.skip(this.#file.lengthSize);
        yield* this.#symbolsIn(this.#file.address(cursor), names, level);
      }
      return;
    }
    this.#file.expect(address, "SNOD");
    cursor.skip(2);
    const symbols = cursor.uint(2);
    for (let i = 0; i < symbols; i++) {
      this.#file.countLink();
      const name = this.#file.text(names + this.#file.address(cursor));
      const target = this.#file.address(cursor);
      const isSoft = cursor.uint(4) === 2;
      cursor.skip(20);
      yield { name, target: isSoft ? undefined : target };
    }
  }

  /** A compact link, stored in the group's header. */
  #link(body: Cursor): Link {
    this.#file.countLink();
    body.skip(1);
    const flags = body.uint(1);
    const hasType = flags & 8, hasOrder = flags & 4, hasCharset = flags & 16;
    const isHard = !hasType || body.uint(1) === 0;
    body.skip((hasOrder ? 8 : 0) + (hasCharset ? 1 : 0));
    const length = body.uint(bytesOfLength(flags));
    const start = body.position;
    body.skip(length);
    const name = new TextDecoder().decode(this.#file.slice(start, length));
    return { name, target: isHard ? this.#file.address(body) : undefined };
  }

  /** Refuses dense link storage, in which groups of the new format keep more than a few links. */
  #refuseDenseLinks(body: Cursor, path: string): void {
    body.skip(1);
    // The flag tells whether links have an order.
    if (body.uint(1) & 1) body.skip(8);
    if (this.#file.isAddress(this.#file.address(body))) {
      throw new Error(`its group /${path} is stored in HDF5's newest format; ${repack}`);
    }
  }

  #array(path: string, of: (kind: number) => readonly Message[]): Tensor {
    const [dataspace] = of(kinds.dataspace), [datatype] = of(kinds.datatype);
    if (dataspace === undefined || datatype === undefined) throw new RangeError();
    if (dataspace.isShared || datatype.isShared) {
      throw new Error(`/${path} has a shared datatype; copy its numbers to a new file with h5py`);
    }
    if (of(kinds.externalFiles).length > 0) {
      throw new Error(
        `the numbers of /${path} are in another file; copy them into this one with h5py`,
      );
    }
    const shape = this.#shape(dataspace.body);
    const { size, decode } = floatsOf(datatype.body, path);
    const [pipeline] = of(kinds.filters);
    const filters = pipeline === undefined ? [] : filtersOf(pipeline.body, { size, path });
    const bytes = this.#elements(of(kinds.layout)[0]!.body, { path, shape, size, filters });
    if (bytes.length !== count(shape) * size) {
      const needed = `${showShape(shape)} of ${size} bytes each`;
      throw new Error(`/${path} has ${bytes.length} bytes, but should hold ${needed}`);
    }
    return { shape, data: decode(bytes) };
  }

  #shape(body: Cursor): Shape {
    const version = body.uint(1);
    const axes = body.uint(1);
    body.skip(version === 1 ? 6 : 2);
    return Array.from({ length: axes }, () => body.uint(this.#file.lengthSize));
  }

  /** The bytes of the elements of an array. */
  #elements(body: Cursor, array: Omit<Chunked, "root" | "chunk">): Uint8Array {
    const file = this.#file, version = body.uint(1), layout = body.uint(1);
    if (version < 3 || version > 3 && layout > contiguous) {
      throw new Error(
        `/${array.path} is stored in a format of HDF5's that is too old or too new; ${repack}`,
      );
    }
    if (layout === chunked) {
      // The elements have an axis, too.
      if (body.uint(1) !== array.shape.length + 1) throw new RangeError();
      const root = file.address(body), chunk = array.shape.map(() => body.uint(4));
      return readChunks(file, { ...array, root, chunk });
    }
    // A compact layout has the elements in the message itself.
    if (layout === compact) {
      const length = body.uint(2);
      return file.slice(body.position, length);
    }
    const address = file.address(body), length = body.uint(file.lengthSize);
    if (file.isAddress(address)) return file.slice(address, length);
    if (length === 0) return new Uint8Array();
    throw new Error(`the numbers of /${array.path} were never written`);
  }
}

/** The bytes of the length that flags of the new format announce in their lowest bits: 1, 2, 4 or 8. */
function bytesOfLength(flags: number): number {
  return 1 << (flags & 3);
}
