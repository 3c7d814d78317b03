/**
 * Writes result pictures: one file, or a folder with one file for each input picture.
 *
 * @module
 */
import { basename, dirname, extname, join } from "node:path";
import { showBytes } from "../lib/numbers.ts";
import { statOf } from "./files.ts";
import { makeFolders } from "./folders.ts";
import { isPng } from "./option_paths.ts";
import { checkOutputPaths } from "./output_paths.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** The PNG files that are written for some input pictures. */
export class PictureOutput {
  readonly #output: string;
  readonly #paths: ReadonlyMap<string, string>;
  readonly #sizes: number[] = [];

  /**
   * @param output A file that ends in `.png`, or a folder, which is created with the first picture.
   * @param pictures The input pictures: `cat.jpg` becomes `cat.png` in the folder.
   * @param read All input files.
   * @throws {UsageError} if two pictures would be written to one file, or one to an input file.
   */
  constructor(output: string, pictures: readonly string[], read: readonly string[]) {
    this.#output = output;
    if (isPng(output)) {
      if (pictures.length > 1) {
        throw new UsageError(
          `${output} can hold only one picture, but there are ${pictures.length}: give a folder`,
        );
      }
      this.#paths = new Map([[pictures[0]!, output]]);
      return;
    }
    const outputs = pictures.map((file) => {
      const path = join(output, `${basename(file, extname(file))}.png`);
      return { path, from: file, isFolder: false };
    });
    const paths = outputs.map(({ path }) => path);
    const twice = outputs.find(({ path }, i) => paths.indexOf(path) < i);
    if (twice !== undefined) {
      const first = outputs.find(({ path }) => path === twice.path)!;
      throw new UsageError(
        `${first.from} and ${twice.from} would both be written to ${twice.path}`,
      );
    }
    this.#paths = new Map(outputs.map(({ from, path }) => [from, path]));
    if (statOf(output) !== undefined) checkOutputPaths(read, outputs);
  }

  /** Writes the result for an input picture, and returns its path. */
  async write(file: string, chunks: Iterable<Uint8Array>): Promise<string> {
    const path = this.#paths.get(file)!;
    using folder = makeFolders([dirname(path)]);
    this.#sizes.push(...await writeFiles([{ path, chunks }]));
    folder.keep();
    return path;
  }

  /** Prints what was written. */
  tell(): void {
    const size = showBytes(this.#sizes.reduce((sum, size) => sum + size, 0));
    const { length } = this.#sizes;
    if (length === 0) return;
    const what = length === 1 && this.#paths.size === 1
      ? [...this.#paths.values()][0]!
      : `${length} ${length === 1 ? "picture" : "pictures"} into ${this.#output}`;
    print(`\nWrote ${what} (${size})`);
  }
}
