/**
 * Classifies pictures with a network.
 *
 * @module
 */
import { classificationBy, classificationOf } from "../lib/answers/task.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import type { Values } from "./options.ts";
import { otherTask } from "./other_task.ts";
import { PictureInput } from "./picture_input.ts";
import type { Picture } from "./pictures.ts";

/** The options for classifying pictures. */
export const classifierOptions = {
  blob: { value: "prob", about: "The blob with the scores of classes (an output)." },
  oversample: { about: "Average over ten views: the corners, the middle, all mirrored." },
} as const;

type ClassifierValues = Values<typeof classifierOptions>;

/** Classifies pictures with a network. */
export class Classifier {
  readonly #network: OpenedNetwork;
  readonly #input: PictureInput;
  readonly #blob: string;

  /**
   * @param options The blob with the scores, by default an output; and whether to average the scores
   * of ten crops of each picture.
   * @throws {TypeError} if the network does not take one picture, or has no scores of classes.
   */
  constructor(network: OpenedNetwork, { blob, oversample }: ClassifierValues) {
    this.#network = network;
    this.#input = new PictureInput(network, "classify", oversample);
    const classification = blob === undefined
      ? classificationOf(network.graph, network.labels)
      : classificationBy(network.graph, blob);
    if (classification === undefined) throw notClasses(network);
    this.#blob = classification.blob;
    this.#input.tellIfRaw();
  }

  /** The scores of all classes for each picture, or an error that names it. */
  async scores(pictures: readonly Picture[]): Promise<readonly (Float32Array | Error)[]> {
    const errors = new Map<number, Error>();
    const inputs = await this.#input.read(pictures, (i, error) => errors.set(i, error));
    const outputs = await this.#network.run(inputs, { outputs: [this.#blob] });
    const { views } = this.#input, { shape, data: scores } = outputs[this.#blob]!;
    if (shape[0] !== pictures.length * views) throw notClasses(this.#network);
    const size = scores.length / pictures.length, classes = size / views;
    return pictures.map((_, i) =>
      errors.get(i) ?? meanOf(scores.subarray(i * size, (i + 1) * size), classes)
    );
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
