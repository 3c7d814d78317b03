/**
 * Reads a zip, such as the `.npz` that a bundle is, from bytes that nobody vouches for.
 *
 * The central directory at the end of the file says what there is; the header in front of each
 * member has to agree with it. A zip that two readers could understand in two ways is refused, and
 * what a file claims about sizes is never believed before it is seen.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @module
 */
import { crc32 } from "./crc32.ts";
import { inflate, maxRatio } from "./inflate.ts";

/** A file inside a zip. */
export interface ZipMember {
  /** Its name: a key, never a path to write to. */
  readonly name: string;
  /** How many bytes it holds when it is inflated. */
  readonly size: number;
  /**
   * Its bytes, inflated and checked. Those of a member that is stored as it is are a view of the
   * zip's own bytes.
   *
   * @throws {TypeError} if they are damaged, or more or fewer than the directory says.
   */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What a zip holds. */
export interface ZipDirectory {
  /** The names of the members, in the order of the directory. */
  readonly names: readonly string[];
  /** The member of a name, or `undefined` if there is none. */
  get(name: string): ZipMember | undefined;
}

/** A member as the directory describes it. */
interface Entry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the header in front of it stands. */
  readonly offset: number;
}

/** Where the directory stands, and how many members it lists. */
interface Extent {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

const localHeader = { signature: 0x04034b50, size: 30 };
const centralHeader = { signature: 0x02014b50, size: 46 };
const endRecord = { signature: 0x06054b50, size: 22 };
const end64Record = { signature: 0x06064b50, size: 56 };
const end64Locator = { signature: 0x07064b50, size: 20 };

const stored = 0;
const deflated = 8;

/** Encrypted, patched, strongly encrypted, and hidden headers. */
const refusedFlags = 0x0001 | 0x0020 | 0x0040 | 0x2000;
/** The sizes and the checksum follow the data; those in front of it may be 0. */
const sizesFollow = 0x0008;

/** Stands in a 32-bit field whose value is in the zip64 extra field. */
const moved32 = 0xffffffff;

/**
 * The members of a zip.
 *
 * Nothing is inflated or copied before a member is read, so the bytes must not change until then.
 *
 * @param bytes The whole file.
 * @throws {TypeError} if it is not a zip, is damaged, or uses encryption, several disks, or a
 * compression other than deflate.
 */
export function readZip(bytes: Uint8Array<ArrayBuffer>): ZipDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const extent = findDirectory(view);
  const members = new Map<string, ZipMember>();
  const extents: { name: string; start: number; end: number }[] = [];
  for (const entry of readDirectory(bytes, view, extent)) {
    const start = within(entry.name, () => dataStart(bytes, view, entry, extent.offset));
    const data = bytes.subarray(start, start + entry.compressedSize);
    if (members.has(entry.name)) refuse(entry.name, "it is there twice");
    members.set(entry.name, {
      name: entry.name,
      size: entry.size,
      read: () => readMember(entry, data),
    });
    extents.push({ name: entry.name, start: entry.offset, end: start + entry.compressedSize });
  }
  extents.sort((a, b) => a.start - b.start);
  for (const [i, { name, start }] of extents.entries()) {
    if (i > 0 && start < extents[i - 1]!.end) {
      refuse(name, `it overlaps member ${show(extents[i - 1]!.name)}`);
    }
  }
  return { names: [...members.keys()], get: (name) => members.get(name) };
}

async function readMember(entry: Entry, data: Uint8Array<ArrayBuffer>) {
  const bytes = entry.method === stored ? data : await inflate(data, entry.size).catch((cause) => {
    throw new TypeError(`Cannot read the zip: member ${show(entry.name)}: ${cause.message}`, {
      cause,
    });
  });
  if (crc32(bytes) !== entry.crc) refuse(entry.name, "its bytes do not match their checksum");
  return bytes;
}

/** Finds the record that ends the file; a comment of up to 65,535 bytes may follow it. */
function findDirectory(view: DataView): Extent {
  const last = view.byteLength - endRecord.size;
  for (let end = last; end >= 0 && end >= last - 0xffff; end--) {
    if (
      view.getUint32(end, true) === endRecord.signature &&
      view.getUint16(end + 20, true) === last - end
    ) {
      return checkedExtent(readEnd(view, end), end);
    }
  }
  throw new TypeError("Cannot read the zip: it has no end record; it is cut off or not a zip");
}

function readEnd(view: DataView, end: number): Extent {
  const locator = end - end64Locator.size;
  if (locator >= 0 && view.getUint32(locator, true) === end64Locator.signature) {
    return readEnd64(view, locator);
  }
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 6, true) !== 0) {
    throw new TypeError("Cannot read the zip: it is one of several disks");
  }
  return {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    offset: view.getUint32(end + 16, true),
  };
}

function readEnd64(view: DataView, locator: number): Extent {
  const end64 = read64(view, locator + 8);
  if (
    end64 + end64Record.size > locator ||
    view.getUint32(end64, true) !== end64Record.signature
  ) {
    throw new TypeError("Cannot read the zip: its zip64 end record is not where it should be");
  }
  if (view.getUint32(end64 + 16, true) !== 0 || view.getUint32(end64 + 20, true) !== 0) {
    throw new TypeError("Cannot read the zip: it is one of several disks");
  }
  const extent = {
    count: read64(view, end64 + 32),
    size: read64(view, end64 + 40),
    offset: read64(view, end64 + 48),
  };
  return checkedExtent(extent, end64);
}

function checkedExtent(extent: Extent, end: number): Extent {
  if (extent.offset + extent.size > end) {
    throw new TypeError("Cannot read the zip: its directory lies outside the file");
  }
  return extent;
}

function* readDirectory(
  bytes: Uint8Array,
  view: DataView,
  { count, offset, size }: Extent,
): Generator<Entry> {
  const end = offset + size;
  let found = 0;
  for (let position = offset; position < end; found++) {
    if (
      position + centralHeader.size > end ||
      view.getUint32(position, true) !== centralHeader.signature
    ) {
      throw new TypeError(`Cannot read the zip: record ${found} of its directory is damaged`);
    }
    const nameStart = position + centralHeader.size;
    const nameEnd = nameStart + view.getUint16(position + 28, true);
    const extraEnd = nameEnd + view.getUint16(position + 30, true);
    const next = extraEnd + view.getUint16(position + 32, true);
    if (next > end) {
      throw new TypeError(`Cannot read the zip: record ${found} of its directory is cut off`);
    }
    const nameBytes = bytes.subarray(nameStart, nameEnd);
    const name = decodeName(nameBytes, found);
    const entry = within(name, () => readEntry(view, position, nameEnd, extraEnd));
    yield { name, nameBytes, ...entry };
    position = next;
  }
  if (found !== count) {
    throw new TypeError(
      `Cannot read the zip: its directory has ${found} records, but claims to have ${count}`,
    );
  }
}

function readEntry(
  view: DataView,
  position: number,
  extraStart: number,
  extraEnd: number,
): Omit<Entry, "name" | "nameBytes"> {
  const method = view.getUint16(position + 10, true);
  if ((view.getUint16(position + 8, true) & refusedFlags) !== 0) {
    throw new TypeError("it is encrypted or patched, which this reader does not undo");
  }
  if (method !== stored && method !== deflated) {
    throw new TypeError(
      `its compression is method ${method}, but only 0 (stored) and 8 (deflated) are known`,
    );
  }
  const fields = [
    view.getUint32(position + 24, true),
    view.getUint32(position + 20, true),
    view.getUint32(position + 42, true),
  ];
  const [size, compressedSize, offset] = unmoved(view, fields, extraStart, extraEnd);
  if (method === stored && size !== compressedSize) {
    throw new TypeError(
      `it is stored as it is, but claims both ${size} and ${compressedSize} bytes`,
    );
  }
  if (size! > compressedSize! * maxRatio) {
    throw new TypeError(`it claims that ${compressedSize} bytes inflate to ${size}`);
  }
  return {
    method,
    crc: view.getUint32(position + 16, true),
    size: size!,
    compressedSize: compressedSize!,
    offset: offset!,
  };
}

/** Where a member's data starts, once the header in front of it agrees with the directory. */
function dataStart(bytes: Uint8Array, view: DataView, entry: Entry, end: number): number {
  const { offset } = entry;
  const nameStart = offset + localHeader.size;
  if (nameStart > end || view.getUint32(offset, true) !== localHeader.signature) {
    throw new TypeError("its header is not where the directory says");
  }
  const nameEnd = nameStart + view.getUint16(offset + 26, true);
  const extraEnd = nameEnd + view.getUint16(offset + 28, true);
  if (extraEnd + entry.compressedSize > end) {
    throw new TypeError(`its ${entry.compressedSize} bytes run into the directory`);
  }
  const flags = view.getUint16(offset + 6, true);
  const fields = [view.getUint32(offset + 22, true), view.getUint32(offset + 18, true)];
  const [size, compressedSize] = unmoved(view, fields, nameEnd, extraEnd);
  const crc = view.getUint32(offset + 14, true);
  const agrees = (claim: number | undefined, fact: number) =>
    claim === fact || (claim === 0 && (flags & sizesFollow) !== 0);
  if (
    (flags & refusedFlags) !== 0 || view.getUint16(offset + 8, true) !== entry.method ||
    !agrees(size, entry.size) || !agrees(compressedSize, entry.compressedSize) ||
    !agrees(crc, entry.crc) || !sameBytes(bytes.subarray(nameStart, nameEnd), entry.nameBytes)
  ) {
    throw new TypeError("its header does not agree with the directory");
  }
  return extraEnd;
}

/** The fields, where those that did not fit 32 bits are taken from the zip64 extra field. */
function unmoved(view: DataView, fields: number[], extraStart: number, extraEnd: number): number[] {
  if (!fields.includes(moved32)) return fields;
  for (let position = extraStart; position + 4 <= extraEnd;) {
    const end = position + 4 + view.getUint16(position + 2, true);
    if (end > extraEnd) break;
    if (view.getUint16(position, true) === 0x0001) {
      let next = position + 4;
      return fields.map((field) => {
        if (field !== moved32) return field;
        if (next + 8 > end) throw new TypeError("its zip64 field is cut off");
        return read64(view, (next += 8) - 8);
      });
    }
    position = end;
  }
  throw new TypeError("its zip64 field is missing");
}

/** A 64-bit size or offset. Those beyond 2⁵³ lose digits, and no file is that large anyway. */
function read64(view: DataView, position: number): number {
  return Number(view.getBigUint64(position, true));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Zips without the UTF-8 flag hold ASCII or, more often than the code page of 1981, UTF-8. */
function decodeName(bytes: Uint8Array, record: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new TypeError(
      `Cannot read the zip: the name of record ${record} of its directory is not UTF-8`,
      { cause },
    );
  }
}

function within<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    return refuse(name, (cause as Error).message, cause);
  }
}

function refuse(name: string, state: string, cause?: unknown): never {
  throw new TypeError(`Cannot read the zip: member ${show(name)}: ${state}`, { cause });
}

function show(name: string): string {
  return JSON.stringify(name.length > 80 ? name.slice(0, 80) + "…" : name);
}
