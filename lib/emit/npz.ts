/**
 * Writes zips of arrays, NumPy's `.npz`, member by member.
 *
 * A member is deflated only where that pays, see `deflate/compress.ts`; the others are stored with their
 * data at a multiple of 64 bytes, so that a reader can use them in place. Output is reproducible:
 * it does not depend on when or where it was written.
 *
 * @module
 */
import type { DeferredBytes } from "../../proto/deferred.ts";
import { join } from "../../proto/join.ts";
import { crc32 } from "../../runtime/bundle/crc32.ts";
import {
  centralHeader,
  deflated,
  localHeader,
  stored,
} from "../../runtime/bundle/zip_directory.ts";
import { endRecord } from "../../runtime/bundle/zip_end.ts";
import { chooseCompression, compress, compressFew, type Compression } from "./deflate/compress.ts";
import type { Compressor } from "./deflate/huffman.ts";
import { ownBytes } from "./own_bytes.ts";

/** A file of the zip. */
export interface NpzMember {
  /** Its name, with slashes between its segments. */
  readonly name: string;
  /** Its bytes in any number of parts, such as a header and the data. */
  readonly parts: readonly Part[];
}

/** A part of a member; deferred bytes are produced piece by piece during writing. */
export type Part = Uint8Array | DeferredBytes;

/** A written member, for the directory. */
interface Entry {
  readonly name: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** Members up to this size are compressed as a trial, larger ones judged by samples. */
const fewBytes = 1 << 14;
const sampleSize = 1 << 14;
const sampleCount = 4;

const alignment = 64;
/** The extra field that Android's tools pad with: an id, a length, the alignment, then zeros. */
const paddingField = { id: 0xd935, size: 6 };

/** Names are UTF-8. */
const flags = 0x0800;
const version = 20;
/** The earliest date of a zip, 1 January 1980. */
const date = 0x0021;

const max32 = 0xffffffff;
const max16 = 0xffff;

/** Overwrites bytes that were already handed over, at an offset of the file. */
export type Rewrite = (offset: number, bytes: Uint8Array) => void;

/** How an archive is written. */
export interface NpzOptions {
  /**
   * For writers that can seek: members are then produced, compressed and checksummed piece by piece,
   * so that one piece is written while the next is produced. A piece must be written before the next
   * but one is requested, since they share memory.
   */
  readonly rewrite?: Rewrite | undefined;
  /** What compresses members piece by piece, such as other threads; by default the calling one. */
  readonly compressor?: Compressor | undefined;
}

/**
 * The bytes of a zip that `numpy.load` opens, in the order in which they are to be written.
 *
 * Each member is requested only after those before it have been handed over, and stored parts are
 * handed over without copying, so that a large model is never in memory twice.
 *
 * @throws {TypeError} if two members have one name, a name is too long, or the whole exceeds 4 GiB
 * or 65,534 members.
 */
export function* writeNpz(
  members: Iterable<NpzMember>,
  options: NpzOptions = {},
): Generator<Uint8Array<ArrayBuffer>> {
  for (const piece of zipOf(members, options)) yield ownBytes(piece);
}

function* zipOf(
  members: Iterable<NpzMember>,
  { rewrite, compressor }: NpzOptions,
): Generator<Uint8Array> {
  const entries = new Map<string, Entry>();
  const cutter = new Cutter();
  let offset = 0;
  for (const { name, parts } of members) {
    if (entries.has(name)) refuse(`there are two members ${JSON.stringify(name)}`);
    const nameBytes = new TextEncoder().encode(name);
    if (nameBytes.length > max16) refuse("the name of a member has more than 65535 bytes");
    const size = byteLength(parts);
    if (size > max32) refuse(`member ${JSON.stringify(name)} has more than 4 GiB`);
    const start = { name: nameBytes, size, offset };
    const entry = rewrite !== undefined && size > fewBytes
      ? yield* writePiecewise(start, parts, { rewrite, compressor }, cutter)
      : yield* writeWhole(start, parts.map(wholeOf), cutter);
    entries.set(name, entry);
    offset += headerOf(entry).length + entry.compressedSize;
    if (offset > max32) refuse("it needs more than 4 GiB");
  }
  if (entries.size >= max16) refuse(`it has ${entries.size} members, but at most 65534 fit`);
  yield* directory([...entries.values()], offset);
}

/** The known fields of an entry before its member is written. */
type EntryStart = Pick<Entry, "name" | "size" | "offset">;

/** Writes a member in memory, its header first. */
function* writeWhole(
  start: EntryStart,
  parts: readonly Uint8Array[],
  cutter: Cutter,
): Generator<Uint8Array, Entry> {
  let how: Compression = "none", data: readonly Uint8Array[] = parts;
  if (start.size <= fewBytes) {
    const compressed = compressFew(join(parts));
    if (compressed !== undefined) {
      how = "search";
      data = compressed;
    }
  } else {
    how = chooseCompression(cutter.samples(parts), start.size);
    if (how !== "none") data = [...compress(cutter.pieces(parts), how)];
  }
  const entry = {
    ...start,
    method: how === "none" ? stored : deflated,
    crc: parts.reduce((crc, part) => crc32(part, crc), 0),
    compressedSize: byteLength(data),
  };
  yield headerOf(entry);
  yield* data;
  return entry;
}

/** Options of a writer that can seek. */
interface Seekable extends NpzOptions {
  readonly rewrite: Rewrite;
}

/** Writes a member piece by piece, and rewrites its header once size and checksum are known. */
function* writePiecewise(
  start: EntryStart,
  parts: readonly Part[],
  { rewrite, compressor }: Seekable,
  cutter: Cutter,
): Generator<Uint8Array, Entry> {
  const how = chooseCompression(cutter.samples(parts), start.size);
  let crc = 0, compressedSize = 0;
  const entry = { ...start, method: how === "none" ? stored : deflated, crc, compressedSize };
  yield headerOf(entry);
  const sum = function* () {
    for (const piece of cutter.pieces(parts)) {
      crc = crc32(piece, crc);
      yield piece;
    }
  };
  for (const piece of compress(sum(), how, compressor)) {
    compressedSize += piece.length;
    yield piece;
  }
  const complete = { ...entry, crc, compressedSize };
  rewrite(start.offset, headerOf(complete));
  return complete;
}

/** Cuts members into pieces; deferred bytes alternate between two buffers. */
class Cutter {
  readonly #memory: Uint8Array[] = [];

  /** All bytes of some parts, in pieces. */
  *pieces(parts: readonly Part[]): Generator<Uint8Array> {
    for (const part of parts) {
      for (let start = 0; start < part.length; start += pieceSize) {
        yield this.#slice(part, start, Math.min(part.length - start, pieceSize));
      }
    }
  }

  /** Samples of the largest part, evenly spaced. */
  samples(parts: readonly Part[]): Uint8Array {
    const largest = parts.reduce((a, b) => a.length >= b.length ? a : b);
    const length = Math.floor(Math.min(largest.length, sampleSize) / sampleCount);
    const samples = new Uint8Array(length * sampleCount);
    for (let i = 0; i < sampleCount; i++) {
      // Deferred bytes are read from whole numbers on.
      const start = 8 * Math.floor((largest.length - length) * i / (sampleCount - 1) / 8);
      samples.set(this.#slice(largest, start, length), i * length);
    }
    return samples;
  }

  #slice(part: Part, start: number, length: number): Uint8Array {
    if (part instanceof Uint8Array) return part.subarray(start, start + length);
    const into = this.#memory.length < 2 ? new Uint8Array(pieceSize) : this.#memory.shift()!;
    this.#memory.push(into);
    part.read(start, into.subarray(0, length));
    return into.subarray(0, length);
  }
}

const pieceSize = 1 << 22;

/** A whole part. */
function wholeOf(part: Part): Uint8Array {
  if (part instanceof Uint8Array) return part;
  const bytes = new Uint8Array(part.length);
  part.read(0, bytes);
  return bytes;
}

function headerOf(entry: Entry): Uint8Array {
  const { name, method, offset } = entry;
  const extra = method === stored
    ? paddingField.size + padding(offset + localHeader.size + name.length + paddingField.size)
    : 0;
  const header = new Uint8Array(localHeader.size + name.length + extra);
  const view = new DataView(header.buffer);
  view.setUint32(0, localHeader.signature, true);
  setCommonFields(view, 4, entry);
  view.setUint16(28, extra, true);
  const nameEnd = localHeader.size + name.length;
  header.set(name, localHeader.size);
  if (extra > 0) {
    view.setUint16(nameEnd, paddingField.id, true);
    view.setUint16(nameEnd + 2, extra - 4, true);
    view.setUint16(nameEnd + 4, alignment, true);
  }
  return header;
}

/** The zeros up to the next multiple of the alignment. */
function padding(position: number): number {
  return (alignment - position % alignment) % alignment;
}

function* directory(entries: readonly Entry[], offset: number): Generator<Uint8Array> {
  let size = 0;
  for (const entry of entries) {
    const record = new Uint8Array(centralHeader.size + entry.name.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, centralHeader.signature, true);
    view.setUint16(4, version, true);
    setCommonFields(view, 6, entry);
    view.setUint32(42, entry.offset, true);
    record.set(entry.name, centralHeader.size);
    size += record.length;
    yield record;
  }
  if (offset + size > max32) refuse("it needs more than 4 GiB");
  const end = new Uint8Array(endRecord.size);
  const view = new DataView(end.buffer);
  view.setUint32(0, endRecord.signature, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  yield end;
}

/** The fields that the local header and the central directory have in common. */
function setCommonFields(view: DataView, start: number, entry: Entry): void {
  view.setUint16(start, version, true);
  view.setUint16(start + 2, flags, true);
  view.setUint16(start + 4, entry.method, true);
  view.setUint16(start + 8, date, true);
  view.setUint32(start + 10, entry.crc, true);
  view.setUint32(start + 14, entry.compressedSize, true);
  view.setUint32(start + 18, entry.size, true);
  view.setUint16(start + 22, entry.name.length, true);
}

function byteLength(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function refuse(state: string): never {
  throw new TypeError(`Cannot write the npz: ${state}`);
}
