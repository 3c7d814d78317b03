/**
 * Reads untrusted zips, such as the `.npz` of a bundle.
 *
 * The central directory at the end of the file lists the members, and each member's local header
 * has to agree with it. A zip that two readers could understand differently is refused, and claimed
 * sizes are never trusted before the data is seen.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @module
 */
import { crc32 } from "./crc32.ts";
import { inflate } from "./inflate.ts";
import { aboutMember, readEntries, stored, type ZipEntry } from "./zip_directory.ts";

/** A member of a zip. */
export interface ZipMember {
  /** Its name: a key, never a path to write to. */
  readonly name: string;
  /** Its uncompressed size in bytes. */
  readonly size: number;
  /** Whether it is stored without compression. */
  readonly isStored: boolean;
  /**
   * Its bytes, inflated and checked. Those of a stored member are a view of the zip's own bytes.
   *
   * @throws {TypeError} if they are damaged, or more or fewer than the directory says.
   */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** The members of a zip. */
interface ZipDirectory {
  /** The names of the members, in the order of the directory. */
  readonly names: readonly string[];
  /** The member of a name, or `undefined` if there is none. */
  get(name: string): ZipMember | undefined;
}

/**
 * Reads the directory of a zip.
 *
 * Nothing is inflated or copied before a member is read, so the bytes must not change until then.
 *
 * @param bytes The whole file.
 * @throws {TypeError} if it is not a zip, is damaged, or uses encryption, several disks, or a
 * compression other than deflate.
 */
export function readZip(bytes: Uint8Array<ArrayBuffer>): ZipDirectory {
  const members = new Map(
    readEntries(bytes).map((entry) => [entry.name, memberOf(bytes, entry)] as const),
  );
  return { names: [...members.keys()], get: (name) => members.get(name) };
}

/** A member of a zip, given its entry. */
export function memberOf(bytes: Uint8Array<ArrayBuffer>, entry: ZipEntry): ZipMember {
  const { name, size, start, end } = entry, data = bytes.subarray(start, end);
  return { name, size, isStored: entry.method === stored, read: () => readMember(entry, data) };
}

async function readMember(entry: ZipEntry, data: Uint8Array<ArrayBuffer>) {
  try {
    const bytes = entry.method === stored ? data : await inflate(data, entry.size);
    if (crc32(bytes) !== entry.crc) throw new TypeError("its bytes do not match their checksum");
    return bytes;
  } catch (cause) {
    throw aboutMember(entry.name, cause);
  }
}
