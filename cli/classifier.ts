/**
 * Classifies pictures with a network.
 *
 * @module
 */
import { scoresAmong } from "../lib/scores.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./network_file.ts";
import { otherTask } from "./other_task.ts";
import { PictureInput } from "./picture_input.ts";

/** Classifies picture files with a network. */
export class Classifier {
  readonly #network: OpenedNetwork;
  readonly #input: PictureInput;

  /**
   * @param isOversampled Whether to average the scores of ten crops of each picture.
   * @throws {TypeError} if the network does not take one picture.
   */
  constructor(network: OpenedNetwork, isOversampled = false) {
    this.#network = network;
    this.#input = new PictureInput(network, "classify", isOversampled);
    this.#input.tellIfRaw();
  }

  /** The scores of all classes for each picture, or an error that names its file. */
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
    throw otherTask(this.#network, "classify pictures", "not one score for each class");
  }
}

/** The element-wise mean of rows of a given length. */
function meanOf(rows: Float32Array, length: number): Float32Array {
  const count = rows.length / length;
  if (count === 1) return rows;
  return Float32Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let at = i; at < rows.length; at += length) sum += rows[at]!;
    return sum / count;
  });
}
