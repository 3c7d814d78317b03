/**
 * What the readers of data sets have in common: entries, and the parts of a file.
 *
 * @module
 */
import type { PartialFile } from "../../proto/deferred.ts";

/** A key and its value. */
export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A file that is read in parts, with its name for messages. */
export class Parts implements Disposable {
  readonly #file: PartialFile & Partial<Disposable>;
  readonly #name: string;

  /** @param file The file, which is closed when the parts are disposed of. */
  constructor(file: PartialFile & Partial<Disposable>, name: string) {
    this.#file = file;
    this.#name = name;
  }

  /** The size of the file in bytes. */
  get size(): number {
    return this.#file.size;
  }

  /**
   * A range of the file's bytes.
   *
   * @throws {SyntaxError} if the file ends before it.
   */
  read(position: number, length: number): DataView<ArrayBuffer> {
    if (!(position + length <= this.size)) this.refuse("it is damaged, or was cut off");
    const bytes = new Uint8Array(length);
    this.#file.read(position, bytes);
    return new DataView(bytes.buffer);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]?.();
  }

  /** @throws {SyntaxError} that names the file. */
  refuse(reason: string): never {
    throw new SyntaxError(`Cannot read ${this.#name}: ${reason}`);
  }
}

/** A range of a view as bytes. */
export function bytesOf(view: DataView<ArrayBuffer>, start: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, length);
}
