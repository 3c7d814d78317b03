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

/** The bytes of a zip. */
export function makeZip(members: readonly Member[], directory: Directory = {}) {
  const parts: Uint8Array[] = [];
  const records: Uint8Array[] = [];
  for (const member of members) {
    const offset = byteLength(parts);
    parts.push(header(member, undefined), member.data);
    records.push(header(member, member.offset ?? offset));
  }
  const offset = directory.offset ?? byteLength(parts);
  const size = directory.size ?? byteLength(records);
  const count = directory.count ?? members.length;
  const end64 = byteLength([...parts, ...records]);
  parts.push(...records);
  if (directory.zip64) {
    parts.push(fields([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4]));
    parts.push(fields([directory.disk64 ?? 0, 4], [count, 8]));
    parts.push(fields([count, 8], [size, 8], [offset, 8]));
    parts.push(fields([0x07064b50, 4], [0, 4], [end64, 8], [1, 4]));
  }
  const comment = directory.comment ?? new Uint8Array(0);
  const end = directory.zip64 ? [0xffff, 0xffffffff, 0xffffffff] : [count, size, offset];
  parts.push(
    fields([0x06054b50, 4], [directory.disk ?? 0, 2], [0, 2], [end[0]!, 2], [end[0]!, 2]),
    fields([end[1]!, 4], [end[2]!, 4], [comment.length, 2]),
    comment,
  );
  return concat(parts);
}

function header(member: Member, offset: number | undefined): Uint8Array {
  const claimed = offset === undefined ? { ...member, ...member.local } : member;
  const name = typeof claimed.name === "string" ? encode(claimed.name) : claimed.name!;
  const extra = (offset === undefined ? member.localExtra : member.centralExtra) ??
    new Uint8Array(0);
  const common = fields(
    [20, 2],
    [claimed.flags ?? 0x800, 2],
    [claimed.method ?? 0, 2],
    [0x00210000, 4],
    [claimed.crc ?? crc32(member.data), 4],
    [claimed.compressedSize ?? member.data.length, 4],
    [claimed.size ?? member.data.length, 4],
    [name.length, 2],
    [extra.length, 2],
  );
  return offset === undefined ? concat([fields([0x04034b50, 4]), common, name, extra]) : concat([
    fields([0x02014b50, 4], [20, 2]),
    common,
    fields([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
    name,
    extra,
  ]);
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
