/**
 * Reads chunked arrays of HDF5 files: blocks of one size, in a B-tree, that may be compressed.
 *
 * @module
 */
import { unzlibSync } from "fflate";
import { count, type Shape } from "../../runtime/tensor.ts";
import { repack } from "./advice.ts";
import type { Cursor } from "./cursor.ts";
import { aboveAllLevels, type Hdf5File } from "./file.ts";

/** More than deflate compresses anything: larger sizes are those of a damaged file. */
const mostCompressed = 1100;

/** Undoes a filter in a chunk that has a given length without filters. */
type Undo = (bytes: Uint8Array, length: number) => Uint8Array;

/** An array in chunks. */
export interface Chunked {
  readonly path: string;
  readonly shape: Shape;
  /** The bytes of an element. */
  readonly size: number;
  /** The root of the B-tree; undefined addresses have all bits set. */
  readonly root: number;
  /** The extents of a chunk. */
  readonly chunk: Shape;
  /** How filters are undone, in the order in which they were applied. */
  readonly filters: readonly Undo[];
}

/** The filters of a filter message, by their numbers in the format. */
export function filtersOf(
  body: Cursor,
  { size, path }: Pick<Chunked, "size" | "path">,
): readonly Undo[] {
  const known = new Map<number, Undo>([
    [1, inflate],
    [2, (bytes) => unshuffle(bytes, size)],
    // A checksum follows the bytes.
    [3, (bytes) => bytes.subarray(0, -4)],
  ]);
  const isOld = body.uint(1) === 1, filters = body.uint(1);
  if (isOld) body.skip(6);
  return Array.from({ length: filters }, () => {
    const id = body.uint(2), undo = known.get(id);
    if (undo === undefined) throw new Error(`/${path} is compressed by filter ${id}; ${repack}`);
    const name = isOld ? body.uint(2) : 0;
    body.skip(2);
    const values = body.uint(2);
    body.skip(name + 4 * values + (isOld && values % 2 === 1 ? 4 : 0));
    return undo;
  });
}

/** All elements of an array in chunks, in row-major order. */
export function readChunks(file: Hdf5File, array: Chunked): Uint8Array {
  const { shape, chunk, size, path } = array;
  const total = count(shape) * size, length = count(chunk) * size;
  if (total > file.size * mostCompressed || length > file.size * mostCompressed) {
    throw new RangeError();
  }
  const whole = new Uint8Array(total);
  const grid = shape.map((extent, axis) => Math.ceil(extent / chunk[axis]!));
  const chunks = file.isAddress(array.root)
    ? chunksIn(file, array, array.root, aboveAllLevels)
    : [];
  const found = new Set<number>();
  for (const { offsets, bytes, mask } of chunks) {
    const isInGrid = offsets.every((at, axis) => at < shape[axis]! && at % chunk[axis]! === 0);
    const index = offsets.reduce((i, at, axis) => i * grid[axis]! + at / chunk[axis]!, 0);
    if (!isInGrid || found.has(index)) throw new RangeError();
    found.add(index);
    const elements = array.filters.reduceRight(
      (data, undo, i) => mask >> i & 1 ? data : undo(data, length),
      bytes,
    );
    if (elements.length !== length) throw new RangeError();
    place(elements, offsets, array, whole);
  }
  if (found.size !== count(grid)) throw new Error(`not all numbers of /${path} were written`);
  return whole;
}

/** A chunk as it is stored. */
interface Stored {
  /** Its first element. */
  readonly offsets: readonly number[];
  readonly bytes: Uint8Array;
  /** The bits of filters that were not applied. */
  readonly mask: number;
}

function* chunksIn(
  file: Hdf5File,
  array: Chunked,
  address: number,
  above: number,
): Generator<Stored> {
  file.countLink();
  file.expect(address, "TREE");
  const cursor = file.at(address + 4), isOfChunks = cursor.uint(1) === 1, level = cursor.uint(1);
  if (!isOfChunks || level >= above) throw new RangeError();
  const entries = cursor.uint(2);
  cursor.skip(2 * file.addressSize);
  for (let i = 0; i < entries; i++) {
    const length = cursor.uint(4), mask = cursor.uint(4);
    const offsets = array.shape.map(() => cursor.uint(8));
    // The elements have an axis, too.
    cursor.skip(8);
    const child = file.address(cursor);
    if (level === 0) yield { offsets, bytes: file.slice(child, length), mask };
    else yield* chunksIn(file, array, child, level);
  }
}

/** Copies a chunk row by row to its place in the whole; at the borders it may extend beyond. */
function place(
  elements: Uint8Array,
  offsets: readonly number[],
  { shape, chunk, size }: Chunked,
  whole: Uint8Array,
): void {
  const last = shape.length - 1;
  const copy = (axis: number, from: number, to: number) => {
    const here = offsets[axis]!, most = Math.min(chunk[axis]!, shape[axis]! - here);
    if (axis === last) {
      const start = (to * shape[axis]! + here) * size;
      const row = from * chunk[axis]! * size;
      whole.set(elements.subarray(row, row + most * size), start);
      return;
    }
    for (let i = 0; i < most; i++) {
      copy(axis + 1, from * chunk[axis]! + i, to * shape[axis]! + here + i);
    }
  };
  copy(0, 0, 0);
}

/** Undoes deflate, in zlib's format, which ends with a checksum. */
function inflate(bytes: Uint8Array, length: number): Uint8Array {
  let inflated: Uint8Array;
  try {
    // A checksum of HDF5's may stand behind the elements.
    inflated = unzlibSync(bytes, { out: new Uint8Array(length + 4) });
  } catch (cause) {
    throw new RangeError("the chunk is damaged", { cause });
  }
  const checksum = bytes.subarray(-4).reduce((sum, byte) => sum * 256 + byte, 0);
  if (checksum !== adler32(inflated)) throw new RangeError("the chunk is damaged");
  return inflated;
}

/** The largest prime below 2¹⁶, by which Adler-32 divides. */
const largestPrime = 65521;

/** The checksum of zlib's format. */
function adler32(bytes: Uint8Array): number {
  let a = 1, b = 0;
  // For so many bytes the sums stay below 2³¹.
  const step = 3800;
  for (let start = 0; start < bytes.length; start += step) {
    const end = Math.min(start + step, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= largestPrime;
    b %= largestPrime;
  }
  return b * 2 ** 16 + a;
}

/** Undoes the shuffling of bytes: all first bytes of elements, then all second ones … */
function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const elements = Math.floor(bytes.length / size), result = bytes.slice();
  for (let b = 0; b < size; b++) {
    for (let i = 0; i < elements; i++) result[i * size + b] = bytes[b * elements + i]!;
  }
  return result;
}
