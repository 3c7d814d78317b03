/**
 * The one picture that a network takes, and many of them at once.
 *
 * @module
 */
import { views } from "../lib/oversample.ts";
import { isRaw } from "../lib/preprocessing.ts";
import type { Network } from "../runtime/network.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import { count, showShape, type Tensor } from "../runtime/tensor.ts";
import { readFile } from "./files.ts";
import { readPicture, readViews } from "./pictures.ts";

/** How many pictures are run at once, unless somebody says otherwise. */
export const defaultBatch = 8;

/** The input of a network that takes pictures and nothing else. */
export class PictureInput {
  readonly #name: string;
  readonly #shape: readonly [channels: number, height: number, width: number];
  readonly #preprocessing: Preprocessing;
  readonly #isOversampled: boolean;

  /**
   * @param action What is to be done with pictures, for the message.
   * @param isOversampled Whether ten views of each picture are fed.
   * @throws {TypeError} if the network does not take one picture.
   */
  constructor(network: Network, action: string, isOversampled = false) {
    const [input, ...others] = network.inputs;
    const { preprocessing } = network;
    if (input === undefined || others.length > 0 || preprocessing === null) {
      const told = network.inputs.map(({ name, shape }) => `"${name}" ${showShape(shape)}`);
      throw new TypeError(
        `Cannot ${action} pictures: the network takes ${told.join(" and ")}, not one picture`,
      );
    }
    const [, channels, height, width] = input.shape;
    this.#name = input.name;
    this.#shape = [channels!, height!, width!];
    this.#preprocessing = preprocessing;
    this.#isOversampled = isOversampled;
  }

  /** Whether it takes pictures in colour, and they are fed as they are. */
  get isRaw(): boolean {
    const preprocessing = this.#preprocessing;
    return isRaw(this.#shape[0], preprocessing, preprocessing.meanImage !== null);
  }

  /** How many samples there are of a picture. */
  get views(): number {
    return this.#isOversampled ? views : 1;
  }

  /**
   * What a network is fed to see pictures.
   *
   * @param onError Is told the position of a file that is no picture or cannot be read, and why.
   * Zeros are fed in its place.
   */
  async read(
    files: readonly string[],
    onError: (i: number, error: Error) => void,
  ): Promise<Record<string, Tensor>> {
    const size = this.views * count(this.#shape);
    const data = new Float32Array(files.length * size);
    const read = this.#isOversampled ? readViews : readPicture;
    for (const [i, file] of files.entries()) {
      try {
        const bytes = await readFile(file);
        data.set(await read(bytes, file, this.#preprocessing, this.#shape), i * size);
      } catch (error) {
        onError(i, error as Error);
      }
    }
    return { [this.#name]: { shape: [files.length * this.views, ...this.#shape], data } };
  }
}

/** Parts of a list, all of one length but the last. */
export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, i) => items.slice(i * size, (i + 1) * size),
  );
}
