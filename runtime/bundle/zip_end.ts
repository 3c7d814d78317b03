/**
 * Locates a zip's central directory through the end record.
 *
 * @module
 */

/** Where the central directory is, and how many members it lists. */
export interface Extent {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

/** The end record: its signature, and its size before the comment. */
export const endRecord = { signature: 0x06054b50, size: 22 };
const end64Record = { signature: 0x06064b50, size: 56 };
const end64Locator = { signature: 0x07064b50, size: 20 };

/**
 * Finds the end record; a comment of up to 65,535 bytes may follow it.
 *
 * @throws {TypeError} if there is none, or it contradicts the file.
 */
export function findDirectory(view: DataView): Extent {
  const last = view.byteLength - endRecord.size;
  for (let end = last; end >= 0 && end >= last - 0xffff; end--) {
    if (
      view.getUint32(end, true) === endRecord.signature &&
      view.getUint16(end + 20, true) === last - end
    ) {
      return checkedExtent(readEnd(view, end), end);
    }
  }
  const bytes = new Uint8Array(view.buffer, view.byteOffset, Math.min(view.byteLength, 16));
  const start = String.fromCharCode(...bytes);
  refuseZip(
    start.startsWith("PK")
      ? "it is cut off"
      : `it is no zip; it begins with ${JSON.stringify(start)}`,
  );
}

function readEnd(view: DataView, end: number): Extent {
  const locator = end - end64Locator.size;
  if (locator >= 0 && view.getUint32(locator, true) === end64Locator.signature) {
    return readEnd64(view, locator);
  }
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 6, true) !== 0) {
    refuseZip("it is one of several disks");
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
    refuseZip("its zip64 end record is not where it should be");
  }
  if (view.getUint32(end64 + 16, true) !== 0 || view.getUint32(end64 + 20, true) !== 0) {
    refuseZip("it is one of several disks");
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
    refuseZip("its directory lies outside the file");
  }
  return extent;
}

/** A 64-bit size or offset. Above 2⁵³ it loses digits, but no file is that large. */
export function read64(view: DataView, position: number): number {
  return Number(view.getBigUint64(position, true));
}

/** Refuses a zip, with the reason. */
export function refuseZip(state: string, cause?: unknown): never {
  throw new TypeError(`Cannot read the zip: ${state}`, { cause });
}
