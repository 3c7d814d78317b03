/**
 * Builds zips in which every field can be falsified.
 *
 * @module
 */
import { crc32 } from "../../runtime/bundle/crc32.ts";

/** A member, and the fields of its headers, by default correct. */
export interface Member {
  readonly name: string | Uint8Array;
  /** The bytes in the file, compressed or not. */
  readonly data: Uint8Array;
  readonly method?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly flags?: number;
  /** Its offset in the central directory. */
  readonly offset?: number;
  /** The fields of its local header only. */
  readonly local?: Partial<Omit<Member, "local" | "data">>;
  readonly centralExtra?: Uint8Array;
  readonly localExtra?: Uint8Array;
}

/** The fields of the end record, by default correct. */
export interface Directory {
  readonly count?: number;
  readonly size?: number;
  readonly offset?: number;
  readonly disk?: number;
  /** The disk with the directory, in zip64's record. */
  readonly disk64?: number;
  readonly comment?: Uint8Array;
  /** Whether the count, size and offset are in zip64's records. */
  readonly zip64?: boolean;
}

/** The signatures of a zip's records. */
const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
};

/** The bytes of a zip. */
export function makeZip(members: readonly Member[], directory: Directory = {}) {
  const parts: Uint8Array[] = [];
  const records: Uint8Array[] = [];
  for (const member of members) {
    const offset = byteLength(parts);
    parts.push(localHeader(member), member.data);
    records.push(centralRecord(member, member.offset ?? offset));
  }
  const offset = directory.offset ?? byteLength(parts);
  const size = directory.size ?? byteLength(records);
  const count = directory.count ?? members.length;
  const end64 = byteLength([...parts, ...records]);
  parts.push(...records);
  if (directory.zip64) {
    parts.push(fields([signatures.end64, 4], [44, 8], [45, 2], [45, 2], [0, 4]));
    parts.push(fields([directory.disk64 ?? 0, 4], [count, 8]));
    parts.push(fields([count, 8], [size, 8], [offset, 8]));
    parts.push(fields([signatures.locator64, 4], [0, 4], [end64, 8], [1, 4]));
  }
  const comment = directory.comment ?? new Uint8Array(0);
  const end = directory.zip64 ? [0xffff, 0xffffffff, 0xffffffff] : [count, size, offset];
  parts.push(
    fields([signatures.end, 4], [directory.disk ?? 0, 2], [0, 2], [end[0]!, 2], [end[0]!, 2]),
    fields([end[1]!, 4], [end[2]!, 4], [comment.length, 2]),
    comment,
  );
  return concat(parts);
}

function localHeader({ local, localExtra, ...member }: Member): Uint8Array {
  const { common, name, extra } = commonFields({ ...member, ...local }, localExtra);
  return concat([fields([signatures.local, 4]), common, name, extra]);
}

function centralRecord(member: Member, offset: number): Uint8Array {
  const { common, name, extra } = commonFields(member, member.centralExtra);
  return concat([
    // The version of the program that wrote it.
    fields([signatures.central, 4], [20, 2]),
    common,
    // The comment's length, the disk, the attributes, and where the local header is.
    fields([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
    name,
    extra,
  ]);
}

/** What a local header and a record of the central directory have in common. */
function commonFields(member: Member, extra: Uint8Array = new Uint8Array(0)) {
  const { data, flags = 0x800, method = 0, crc = crc32(data) } = member;
  const { size = data.length, compressedSize = data.length } = member;
  const name = typeof member.name === "string" ? encode(member.name) : member.name;
  // The version that is needed comes first; the date is the first of 1980.
  const common = fields(
    [20, 2],
    [flags, 2],
    [method, 2],
    [0x00210000, 4],
    [crc, 4],
    [compressedSize, 4],
    [size, 4],
    [name.length, 2],
    [extra.length, 2],
  );
  return { common, name, extra };
}

/** Little-endian numbers, each with its width in bytes. */
export function fields(...numbers: [value: number, width: number][]): Uint8Array {
  const bytes = numbers.flatMap(([value, width]) =>
    Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256)
  );
  return Uint8Array.from(bytes);
}

/** The bytes, deflated. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A text in UTF-8. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Concatenated bytes. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength(parts));
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
