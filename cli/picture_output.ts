/**
 * Where pictures are written that are made of pictures: one file, or a folder with one for each.
 *
 * @module
 */
import { basename, extname, join } from "node:path";
import { showBytes } from "../lib/numbers.ts";
import { type MadeFolders, makeFolders } from "./folders.ts";
import { isPng } from "./option_paths.ts";
import { checkPlaces } from "./places.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** The PNG files that are written for some pictures. */
export class PictureOutput implements Disposable {
  readonly #output: string;
  readonly #paths: ReadonlyMap<string, string>;
  readonly #folders: MadeFolders | undefined;
  readonly #sizes: number[] = [];

  /**
   * @param output A file that ends in `.png`, or a folder, which is made if it is not there.
   * @param pictures What the pictures are made of: `cat.jpg` becomes `cat.png` in the folder.
   * @param read All files that are read.
   * @throws {UsageError} if two would be written to one file, or one to a file that is read.
   */
  constructor(output: string, pictures: readonly string[], read: readonly string[]) {
    this.#output = output;
    if (isPng(output)) {
      if (pictures.length > 1) {
        throw new UsageError(
          `${output} holds one picture, not ${pictures.length}: a folder is needed`,
        );
      }
      this.#paths = new Map([[pictures[0]!, output]]);
      return;
    }
    const places = pictures.map((file) => {
      const path = join(output, `${basename(file, extname(file))}.png`);
      return { path, from: file, isFolder: false };
    });
    const paths = places.map(({ path }) => path);
    const twice = places.find(({ path }, i) => paths.indexOf(path) < i);
    if (twice !== undefined) {
      const first = places.find(({ path }) => path === twice.path)!;
      throw new UsageError(
        `${first.from} and ${twice.from} would both be written to ${twice.path}`,
      );
    }
    this.#paths = new Map(places.map(({ from, path }) => [from, path]));
    this.#folders = makeFolders([output]);
    checkPlaces(read, places);
  }

  /** Writes the picture that is made of a file, and gives its path. */
  async write(file: string, chunks: Iterable<Uint8Array>): Promise<string> {
    const path = this.#paths.get(file)!;
    this.#sizes.push(...await writeFiles([{ path, chunks }]));
    this.#folders?.keep();
    return path;
  }

  /** Says what was written. */
  tell(): void {
    const size = showBytes(this.#sizes.reduce((sum, size) => sum + size, 0));
    const { length } = this.#sizes;
    if (length === 0) return;
    const what = length === 1 && this.#paths.size === 1
      ? [...this.#paths.values()][0]!
      : `${length} ${length === 1 ? "picture" : "pictures"} into ${this.#output}`;
    print(`\nWrote ${what} (${size})`);
  }

  [Symbol.dispose](): void {
    this.#folders?.[Symbol.dispose]();
  }
}
