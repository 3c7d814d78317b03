/**
 * The bytes of an HDF5 file, at addresses.
 *
 * @module
 */
import { Cursor } from "./cursor.ts";

/** More links than any network has. The limit ends cycles of groups. */
const mostLinks = 100_000;

/** More than the level of any node of a B-tree, which is a byte; below it, levels descend. */
export const aboveAllLevels = 256;

/** The bytes of a file. What is beyond its end is a `RangeError`. */
export class Hdf5File {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The sizes of addresses and lengths, in bytes. */
  addressSize = 8;
  lengthSize = 8;
  /** The number of links, header blocks and nodes of B-trees that were followed. */
  #links = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The size of the file in bytes. */
  get size(): number {
    return this.#bytes.length;
  }

  at(position: number): Cursor {
    return new Cursor(this.#view, position);
  }

  /** An address, which is advanced over. */
  address(cursor: Cursor): number {
    return cursor.uint(this.addressSize);
  }

  /** Whether an address is defined: undefined ones have all bits set. */
  isAddress(address: number): boolean {
    return address < 2 ** (8 * this.addressSize) - 1;
  }

  slice(address: number, length: number): Uint8Array {
    if (!(address >= 0 && address + length <= this.size)) throw new RangeError();
    return this.#bytes.subarray(address, address + length);
  }

  /** A zero-terminated string. */
  text(address: number): string {
    const end = this.#bytes.indexOf(0, address);
    if (end < 0) throw new RangeError();
    return new TextDecoder().decode(this.slice(address, end - address));
  }

  hasSignature(address: number, signature: string): boolean {
    return [...this.slice(address, 4)].every((byte, i) => byte === signature.charCodeAt(i));
  }

  expect(address: number, signature: string): void {
    if (!this.hasSignature(address, signature)) throw new RangeError();
  }

  countLink(): void {
    if (++this.#links > mostLinks) throw new Error("its groups form a cycle, or are too many");
  }
}
