/**
 * Classifies pictures, or other samples, with a network.
 *
 * @module
 */
import { classificationBy, classificationOf } from "../lib/answers/task.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { otherTask } from "./other_task.ts";
import { readAhead } from "./read_ahead.ts";

/** The options for classifying pictures. */
export const classifierOptions = {
  blob: { value: "prob", about: "The blob with the scores of classes (an output)." },
  oversample: { about: "Average over ten views: the corners, the middle, all mirrored." },
} as const;

/** Makes the input of a network from samples. */
export interface SampleInput<Sample> {
  /** The number of rows of the input for each sample. */
  readonly views: number;

  /** Prints a notice if colour pictures are not normalized at all. */
  tellIfRaw(): void;

  /**
   * The inputs for some samples.
   *
   * @param onError Receives the index and the error of each sample that cannot be read.
   */
  read(
    samples: readonly Sample[],
    onError: (i: number, error: Error) => void,
  ): Promise<Record<string, Tensor>>;
}

/** An item of which a sample was classified. */
export interface Scored<Item> {
  readonly item: Item;
  /** The scores of all classes, or an error that names the sample. */
  readonly scores: Float32Array | Error;
}

/** Classifies samples with a network. */
export class Classifier<Sample> {
  readonly #network: OpenedNetwork;
  readonly #input: SampleInput<Sample>;
  readonly #blob: string;

  /**
   * @param input Reads samples; the scores of the views of one are averaged.
   * @param blob The blob with the scores, by default an output.
   * @throws {TypeError} if the network has no scores of classes.
   */
  constructor(network: OpenedNetwork, input: SampleInput<Sample>, blob: string | undefined) {
    this.#network = network;
    this.#input = input;
    const classification = blob === undefined
      ? classificationOf(network.graph, network.labels)
      : classificationBy(network.graph, blob);
    if (classification === undefined) throw notClasses(network);
    this.#blob = classification.blob;
  }

  /**
   * Goes over items in batches, with the scores of all classes for the sample of each.
   *
   * @param size The batch size.
   */
  async *scores<Item>(
    all: Iterable<Item>,
    size: number,
    sampleOf: (item: Item) => Sample,
  ): AsyncGenerator<readonly Scored<Item>[]> {
    const read = async (items: readonly Item[]) => {
      const errors = new Map<number, Error>();
      const inputs = await this.#input.read(
        items.map(sampleOf),
        (i, error) => errors.set(i, error),
      );
      return { items, inputs, errors };
    };
    for await (const { items, inputs, errors } of readAhead(all, size, read)) {
      const scores = await this.#scores(inputs, items.length);
      yield items.map((item, i) => ({ item, scores: errors.get(i) ?? scores[i]! }));
    }
  }

  /** The scores for each sample of a batch. */
  async #scores(inputs: Record<string, Tensor>, samples: number): Promise<readonly Float32Array[]> {
    const outputs = await this.#network.run(inputs, { outputs: [this.#blob] });
    const { views } = this.#input, { shape, data: scores } = outputs[this.#blob]!;
    if (shape[0] !== samples * views) throw notClasses(this.#network);
    const size = scores.length / samples, classes = size / views;
    return Array.from({ length: samples }, (_, i) => {
      return meanOf(scores.subarray(i * size, (i + 1) * size), classes);
    });
  }
}

function notClasses(network: OpenedNetwork): TypeError {
  return otherTask(network, "classify pictures", "not one score for each class");
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
