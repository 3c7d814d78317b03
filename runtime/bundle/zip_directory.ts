/**
 * Reads a zip's central directory, and checks it against the members' local headers.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @module
 */
import { maxRatio } from "./inflate.ts";
import { type Extent, findDirectory, read64, refuseZip } from "./zip_end.ts";

/** A member, and the range of its data. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Its claimed uncompressed size in bytes. */
  readonly size: number;
  /** The first byte of its data in the file, and one past the last. */
  readonly start: number;
  readonly end: number;
}

/** A record of the central directory. */
interface DirectoryRecord {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** The offset of the local header. */
  readonly offset: number;
}

/** The local header: its signature, and its size before the name. */
export const localHeader = { signature: 0x04034b50, size: 30 };
/** The central header: its signature, and its size before the name. */
export const centralHeader = { signature: 0x02014b50, size: 46 };

/** The compression method of stored members. */
export const stored = 0;
/** The compression method of deflated members. */
export const deflated = 8;

/** Flags: encrypted, patched, strongly encrypted, masked headers. */
const refusedFlags = 0x0001 | 0x0020 | 0x0040 | 0x2000;
/** Flag: sizes and checksum follow the data; those in the header may be 0. */
const sizesFollow = 0x0008;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Marks a 32-bit field whose value is in the zip64 extra field. */
const moved32 = 0xffffffff;

/**
 * The members in the order of the central directory. Names are unique, and data does not overlap.
 *
 * @throws {TypeError} if the directory is damaged, or a local header contradicts it.
 */
export function readEntries(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view);
  const names = new Set<string>();
  const entries: (ZipEntry & DirectoryRecord)[] = [];
  for (const record of readDirectory(bytes, view, directory)) {
    within(record.name, () => {
      const start = dataStart(bytes, view, record, directory.offset);
      entries.push({ ...record, start, end: start + record.compressedSize });
      if (names.has(record.name)) throw new TypeError("it is there twice");
      names.add(record.name);
    });
  }
  const inFile = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [i, { name, offset }] of inFile.entries()) {
    const previous = inFile[i - 1];
    if (previous !== undefined && offset < previous.end) {
      throw aboutMember(name, new TypeError(`it overlaps member ${show(previous.name)}`));
    }
  }
  return entries;
}

/**
 * The member at an offset of a zip that is still being downloaded, by its local header; `undefined`
 * if there is none, it is incomplete, or its sizes follow the data. The central directory may
 * disagree.
 */
export function entryAt(bytes: Uint8Array, offset: number): ZipEntry | undefined {
  const nameStart = offset + localHeader.size;
  if (nameStart > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, localHeader.size);
  const nameEnd = nameStart + view.getUint16(26, true);
  const start = nameEnd + view.getUint16(28, true);
  const end = start + view.getUint32(18, true);
  const isHeader = view.getUint32(0, true) === localHeader.signature;
  const unread = view.getUint16(6, true) & (refusedFlags | sizesFollow);
  if (!isHeader || unread !== 0 || end > bytes.length) return undefined;
  return {
    name: new TextDecoder().decode(bytes.subarray(nameStart, nameEnd)),
    method: view.getUint16(8, true),
    crc: view.getUint32(14, true),
    size: view.getUint32(22, true),
    start,
    end,
  };
}

/** An error about a member, with its name. */
export function aboutMember(name: string, cause: unknown): TypeError {
  const { message } = cause as Error;
  return new TypeError(`Cannot read the zip: member ${show(name)}: ${message}`, { cause });
}

function* readDirectory(
  bytes: Uint8Array,
  view: DataView,
  { count, offset, size }: Extent,
): Generator<DirectoryRecord> {
  const end = offset + size;
  let found = 0;
  for (let position = offset; position < end; found++) {
    if (
      position + centralHeader.size > end ||
      view.getUint32(position, true) !== centralHeader.signature
    ) {
      refuseZip(`record ${found} of its directory is damaged`);
    }
    const nameStart = position + centralHeader.size;
    const nameEnd = nameStart + view.getUint16(position + 28, true);
    const extraEnd = nameEnd + view.getUint16(position + 30, true);
    const next = extraEnd + view.getUint16(position + 32, true);
    if (next > end) {
      refuseZip(`record ${found} of its directory is cut off`);
    }
    const nameBytes = bytes.subarray(nameStart, nameEnd);
    const name = decodeName(nameBytes, found);
    const entry = within(name, () => readEntry(view, position, nameEnd, extraEnd));
    yield { name, nameBytes, ...entry };
    position = next;
  }
  if (found !== count) {
    refuseZip(`its directory has ${found} records, but claims to have ${count}`);
  }
}

function readEntry(
  view: DataView,
  position: number,
  extraStart: number,
  extraEnd: number,
): Omit<DirectoryRecord, "name" | "nameBytes"> {
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

/** The offset of a member's data, once its local header agrees with the directory. */
function dataStart(
  bytes: Uint8Array,
  view: DataView,
  record: DirectoryRecord,
  end: number,
): number {
  const { offset } = record;
  const nameStart = offset + localHeader.size;
  if (nameStart > end || view.getUint32(offset, true) !== localHeader.signature) {
    throw new TypeError("its header is not where the directory says");
  }
  const nameEnd = nameStart + view.getUint16(offset + 26, true);
  const extraEnd = nameEnd + view.getUint16(offset + 28, true);
  if (extraEnd + record.compressedSize > end) {
    throw new TypeError(`its ${record.compressedSize} bytes run into the directory`);
  }
  const flags = view.getUint16(offset + 6, true);
  const fields = [view.getUint32(offset + 22, true), view.getUint32(offset + 18, true)];
  const [size, compressedSize] = unmoved(view, fields, nameEnd, extraEnd);
  const crc = view.getUint32(offset + 14, true);
  const agrees = (claim: number | undefined, fact: number) =>
    claim === fact || (claim === 0 && (flags & sizesFollow) !== 0);
  if (
    (flags & refusedFlags) !== 0 || view.getUint16(offset + 8, true) !== record.method ||
    !agrees(size, record.size) || !agrees(compressedSize, record.compressedSize) ||
    !agrees(crc, record.crc) || !sameBytes(bytes.subarray(nameStart, nameEnd), record.nameBytes)
  ) {
    throw new TypeError("its header does not agree with the directory");
  }
  return extraEnd;
}

/** Replaces fields that did not fit in 32 bits by those of the zip64 extra field. */
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
        const at = next;
        next += 8;
        return read64(view, at);
      });
    }
    position = end;
  }
  throw new TypeError("its zip64 field is missing");
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Names without the UTF-8 flag are ASCII or, in practice, UTF-8 rather than code page 437. */
function decodeName(bytes: Uint8Array, record: number): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    refuseZip(`the name of record ${record} of its directory is not UTF-8`, cause);
  }
}

function within<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    throw aboutMember(name, cause);
  }
}

function show(name: string): string {
  return JSON.stringify(name.length > 80 ? name.slice(0, 80) + "…" : name);
}
