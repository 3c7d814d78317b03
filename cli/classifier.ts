/**
 * Classifies pictures with a network.
 *
 * @module
 */
import { scoresAmong } from "../lib/scores.ts";
import type { Network } from "../runtime/network.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { PictureInput } from "./picture_input.ts";
import { printNotice } from "./print.ts";

/** Classifies picture files with a network. */
export class Classifier {
  readonly #network: Network;
  readonly #input: PictureInput;

  /**
   * @param isOversampled Whether to average the scores of ten crops of each picture.
   * @throws {TypeError} if the network does not take one picture.
   */
  constructor(network: Network, isOversampled = false) {
    this.#network = network;
    this.#input = new PictureInput(network, "classify", isOversampled);
    if (this.#input.isRaw) {
      printNotice(
        "The model tells no mean, so that pictures are fed as they are, from 0 to 255. If the " +
          "answers are wrong, convert it with the mean that it was trained with: " +
          "--mean-values 104,117,123 for most that know ImageNet",
      );
    }
  }

  /** The score of each class, for each picture; or the error that names its file. */
  async scores(files: readonly string[]): Promise<readonly (Float32Array | Error)[]> {
    const errors = new Map<number, Error>();
    const inputs = await this.#input.read(files, (i, error) => errors.set(i, error));
    const outputs = await this.#network.run(inputs);
    const { views } = this.#input;
    const { data: scores } = this.#choose(outputs, files.length * views);
    const size = scores.length / files.length, classes = size / views;
    return files.map((_, i) =>
      errors.get(i) ?? meanOf(scores.subarray(i * size, (i + 1) * size), classes)
    );
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

/** The mean of rows of a given length. */
function meanOf(rows: Float32Array, length: number): Float32Array {
  const count = rows.length / length;
  if (count === 1) return rows;
  return Float32Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let at = i; at < rows.length; at += length) sum += rows[at]!;
    return sum / count;
  });
}
