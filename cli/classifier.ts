/**
 * A network that tells which class a picture belongs to.
 *
 * @module
 */
import { scoresAmong } from "../lib/scores.ts";
import type { Network } from "../runtime/network.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import { count, showShape, type Tensor } from "../runtime/tensor.ts";
import { readFile } from "./files.ts";
import { readPicture } from "./pictures.ts";

/** How many pictures are run at once, unless somebody says otherwise. */
export const defaultBatch = 8;

/** Classifies picture files with a network. */
export class Classifier {
  readonly #network: Network;
  readonly #input: string;
  readonly #shape: readonly [channels: number, height: number, width: number];
  readonly #preprocessing: Preprocessing;

  /**
   * @throws {TypeError} if the network does not take one picture.
   */
  constructor(network: Network) {
    const [input, ...others] = network.inputs;
    const { preprocessing } = network;
    if (input === undefined || others.length > 0 || preprocessing === null) {
      const told = network.inputs.map(({ name, shape }) => `"${name}" ${showShape(shape)}`);
      throw new TypeError(
        `Cannot classify pictures: the network takes ${told.join(" and ")}, not one picture`,
      );
    }
    const [, channels, height, width] = input.shape;
    this.#network = network;
    this.#input = input.name;
    this.#shape = [channels!, height!, width!];
    this.#preprocessing = preprocessing;
  }

  /**
   * The score of each class, for each picture.
   *
   * @throws {Error} that names a file, if one is no picture or cannot be read.
   */
  async scores(files: readonly string[]): Promise<readonly Float32Array[]> {
    const size = count(this.#shape);
    const data = new Float32Array(files.length * size);
    for (const [i, file] of files.entries()) {
      const bytes = await readFile(file);
      data.set(await readPicture(bytes, file, this.#preprocessing, this.#shape), i * size);
    }
    const shape = [files.length, ...this.#shape];
    const outputs = await this.#network.run({ [this.#input]: { shape, data } });
    const { data: scores } = this.#choose(outputs, files.length);
    const classes = scores.length / files.length;
    return files.map((_, i) => scores.subarray(i * classes, (i + 1) * classes));
  }

  #choose(outputs: Readonly<Record<string, Tensor>>, batch: number): Tensor {
    const scores = scoresAmong(outputs, batch, this.#network.labels);
    if (scores !== undefined) return scores;
    const told = Object.entries(outputs).map(([name, { shape }]) =>
      `"${name}" ${showShape(shape)}`
    );
    throw new TypeError(
      `Cannot classify pictures: the network gives ${told.join(" and ")}, not a number a class`,
    );
  }
}

/** Parts of a list, all of one length but the last. */
export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, i) => items.slice(i * size, (i + 1) * size),
  );
}
