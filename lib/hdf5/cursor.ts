/**
 * Reads unsigned integers from an HDF5 file.
 *
 * @module
 */

/** A position in a file, from which integers are read in sequence. */
export class Cursor {
  readonly #view: DataView;
  position: number;

  constructor(view: DataView, position: number) {
    this.#view = view;
    this.position = position;
  }

  skip(bytes: number): void {
    this.position += bytes;
  }

  /** Reads a little-endian unsigned integer. */
  uint(bytes: number): number {
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) {
      value = value * 256 + this.#view.getUint8(this.position + i);
    }
    this.position += bytes;
    return value;
  }
}
