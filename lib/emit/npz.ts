/**
 * Writes the zip of arrays that NumPy calls `.npz`, member by member.
 *
 * A member is deflated only where that pays; the others are stored with their data at a multiple
 * of 64 bytes, so that a reader can use them where they stand. The same members give the same
 * bytes: nothing in the file depends on when or where it was written.
 *
 * @module
 */
import { Deflate, deflateSync } from "fflate";
import { crc32 } from "../../runtime/crc32.ts";

/** A file for the zip. */
export interface NpzMember {
  /** Its name, with slashes between its segments. */
  readonly name: string;
  /** Its bytes, in as many parts as is convenient: a header, then the data where it stands. */
  readonly parts: readonly Uint8Array[];
}

/** A member that has been written, as the directory lists it. */
interface Entry {
  readonly name: Uint8Array;
  readonly method: number;
  crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

const stored = 0;
const deflated = 8;
const level = 6;
/** A member that deflates to more than this share of its size is stored instead. */
const worthwhile = 0.9;
/** Larger members are judged by samples of so many bytes in all. */
const smallSize = 1 << 19;
const sampleSize = 1 << 16;
const sampleCount = 4;

const alignment = 64;
/** The extra field that Android's tools pad with: an id, a length, the alignment, then zeros. */
const paddingField = { id: 0xd935, size: 6 };

/** Names are UTF-8. */
const flags = 0x0800;
const version = 20;
/** The first day a zip can tell, 1 January 1980. */
const date = 0x0021;

const max32 = 0xffffffff;
const max16 = 0xffff;

/** Writes bytes over those that have been handed over for a position in the file. */
export type Rewrite = (offset: number, bytes: Uint8Array) => void;

/**
 * The bytes of a zip that `numpy.load` opens, in the order in which they are to be written.
 *
 * Each member is taken from the iterable only when those before it have been handed over, and its
 * stored parts are handed over as they are, so that a large model need never be there twice.
 *
 * @param rewrite If the writer can go back, the checksum of what is stored is computed piece by piece, so
 * that one piece can be written while the next is summed up.
 * @throws {TypeError} if two members have one name, a name is too long, or the whole needs more
 * than 4 GiB or 65,534 members.
 */
export function* writeNpz(
  members: Iterable<NpzMember>,
  rewrite?: Rewrite,
): Generator<Uint8Array> {
  const entries = new Map<string, Entry>();
  let offset = 0;
  for (const { name, parts } of members) {
    if (entries.has(name)) refuse(`there are two members ${JSON.stringify(name)}`);
    const { data, entry, isSummed } = describe(name, parts, offset, rewrite !== undefined);
    const header = localHeader(entry);
    yield header;
    if (isSummed) yield* data;
    else {
      entry.crc = yield* summed(data);
      rewrite!(offset, localHeader(entry));
    }
    entries.set(name, entry);
    offset += header.length + entry.compressedSize;
    if (offset > max32) refuse("it needs more than 4 GiB");
  }
  if (entries.size >= max16) refuse(`it has ${entries.size} members, but at most 65534 fit`);
  yield* directory([...entries.values()], offset);
}

/** The parts piece by piece, and in the end their checksum. */
function* summed(parts: readonly Uint8Array[]): Generator<Uint8Array, number> {
  let crc = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += pieceSize) {
      const piece = part.subarray(start, start + pieceSize);
      crc = crc32(piece, crc);
      yield piece;
    }
  }
  return crc;
}

const pieceSize = 1 << 22;

function describe(
  name: string,
  parts: readonly Uint8Array[],
  offset: number,
  canSumLater: boolean,
) {
  const nameBytes = new TextEncoder().encode(name);
  if (nameBytes.length > max16) refuse("the name of a member has more than 65535 bytes");
  const size = byteLength(parts);
  if (size > max32) refuse(`member ${JSON.stringify(name)} has more than 4 GiB`);
  const compressed = deflateIfWorthwhile(parts, size);
  const data = compressed ?? parts;
  const isSummed = compressed !== undefined || !canSumLater;
  const entry: Entry = {
    name: nameBytes,
    method: compressed === undefined ? stored : deflated,
    crc: isSummed ? parts.reduce((crc, part) => crc32(part, crc), 0) : 0,
    compressedSize: byteLength(data),
    size,
    offset,
  };
  return { entry, data, isSummed };
}

/** The deflated parts, or `undefined` where they are hardly smaller. */
function deflateIfWorthwhile(
  parts: readonly Uint8Array[],
  size: number,
): Uint8Array[] | undefined {
  if (size < alignment) return undefined;
  let compressed: Uint8Array[] = [];
  if (size <= smallSize) {
    compressed = [deflateSync(concat(parts, size), { level })];
  } else if (samplesShrink(parts)) {
    const deflate = new Deflate({ level }, (chunk) => compressed.push(chunk));
    for (const part of parts) deflate.push(part);
    deflate.push(new Uint8Array(0), true);
  } else return undefined;
  return byteLength(compressed) <= worthwhile * size ? compressed : undefined;
}

/** Whether slices of the largest part, spread over it, deflate well. */
function samplesShrink(parts: readonly Uint8Array[]): boolean {
  const largest = parts.reduce((a, b) => a.length >= b.length ? a : b);
  const length = Math.min(largest.length, sampleSize) / sampleCount | 0;
  let compressed = 0;
  for (let i = 0; i < sampleCount; i++) {
    const start = Math.floor((largest.length - length) * i / (sampleCount - 1));
    compressed += deflateSync(largest.subarray(start, start + length), { level }).length;
  }
  return compressed <= worthwhile * length * sampleCount;
}

function localHeader(entry: Entry): Uint8Array {
  const { name, method, offset } = entry;
  const extra = method === stored
    ? paddingField.size + padding(offset + 30 + name.length + paddingField.size)
    : 0;
  const header = new Uint8Array(30 + name.length + extra);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x04034b50, true);
  setCommonFields(view, 4, entry);
  view.setUint16(28, extra, true);
  header.set(name, 30);
  if (extra > 0) {
    view.setUint16(30 + name.length, paddingField.id, true);
    view.setUint16(32 + name.length, extra - 4, true);
    view.setUint16(34 + name.length, alignment, true);
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
    const record = new Uint8Array(46 + entry.name.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, 0x02014b50, true);
    view.setUint16(4, version, true);
    setCommonFields(view, 6, entry);
    view.setUint32(42, entry.offset, true);
    record.set(entry.name, 46);
    size += record.length;
    yield record;
  }
  if (offset + size > max32) refuse("it needs more than 4 GiB");
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  yield end;
}

/** What the header in front of a member and its record in the directory both say. */
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

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function refuse(state: string): never {
  throw new TypeError(`Cannot write the npz: ${state}`);
}
