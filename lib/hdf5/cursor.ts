/**
 * Reads the numbers of which HDF5 files consist.
 *
 * @module
 */

/** Reads one number after another. */
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

  /** A whole number of some bytes, the least significant first. */
  uint(bytes: number): number {
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) {
      value = value * 256 + this.#view.getUint8(this.position + i);
    }
    this.position += bytes;
    return value;
  }
}
