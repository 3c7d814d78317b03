/**
 * The one picture that a network takes, and many of them at once.
 *
 * @module
 */
import { type Part, partSeen } from "../lib/answers/part.ts";
import { views } from "../lib/oversample.ts";
import { isRaw } from "../lib/preprocessing.ts";
import type { Network } from "../runtime/network.ts";
import type { Image, Preprocessing } from "../runtime/preprocess.ts";
import { count, showShape, type Tensor } from "../runtime/tensor.ts";
import { readFile } from "./files.ts";
import { decodeImage } from "./images.ts";
import { prepare, type Sample } from "./pictures.ts";
import { printNotice } from "./print.ts";

/** How many pictures are run at once, unless somebody says otherwise. */
export const defaultBatch = 8;

/** Feeds pictures to a network. */
export interface PictureSource {
  /** Whether each picture is shown in a size of its own, which the network may not take. */
  readonly sizesVary: boolean;

  /** Says so, if pictures in colour are fed as they are: few networks make sense of them. */
  tellIfRaw(): void;

  /** The part of a picture that the network sees. */
  partSeen(image: Image): Part;

  /**
   * What the network is fed to see pictures.
   *
   * @param onError Is told the position of a file that is no picture or cannot be read, and why.
   * Zeros are fed in its place, if others are fed.
   * @param onImage Is told the position and the pixels of every other one.
   */
  read(
    files: readonly string[],
    onError: (i: number, error: Error) => void,
    onImage?: (i: number, image: Image) => void,
  ): Promise<Record<string, Tensor>>;
}

/**
 * What a network is fed to see one picture, where the picture decides on its size.
 *
 * @param inputsOf Makes it of the picture's pixels.
 */
export async function readOne(
  file: string,
  inputsOf: (image: Image) => Record<string, Tensor>,
  onError: (i: number, error: Error) => void,
  onImage: (i: number, image: Image) => void,
): Promise<Record<string, Tensor>> {
  try {
    const image = await decodeImage(await readFile(file), file);
    const inputs = inputsOf(image);
    onImage(0, image);
    return inputs;
  } catch (error) {
    onError(0, error as Error);
    return {};
  }
}

/** Says so, if pictures in colour are fed as they are. */
export function tellIfRaw(channels: number, preprocessing: Preprocessing): void {
  if (!isRaw(channels, preprocessing, preprocessing.meanImage !== null)) return;
  printNotice(
    "The model tells no mean, so that pictures are fed as they are, from 0 to 255. If the " +
      "answers are wrong, convert it with the mean that it was trained with: " +
      "--mean-values 104,117,123 for most that know ImageNet",
  );
}

/** The input of a network that takes pictures and nothing else. */
export class PictureInput implements PictureSource {
  readonly sizesVary = false;
  readonly #name: string;
  readonly #shape: Sample;
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

  tellIfRaw(): void {
    tellIfRaw(this.#shape[0], this.#preprocessing);
  }

  partSeen({ height, width }: Image): Part {
    const [, ...input] = this.#shape;
    return partSeen([height, width], this.#preprocessing, input);
  }

  /** How many samples there are of a picture. */
  get views(): number {
    return this.#isOversampled ? views : 1;
  }

  async read(
    files: readonly string[],
    onError: (i: number, error: Error) => void,
    onImage: (i: number, image: Image) => void = () => {},
  ): Promise<Record<string, Tensor>> {
    const size = this.views * count(this.#shape);
    const data = new Float32Array(files.length * size);
    for (const [i, file] of files.entries()) {
      try {
        const image = await decodeImage(await readFile(file), file);
        const sample = prepare(image, file, this.#preprocessing, this.#shape, this.#isOversampled);
        data.set(sample, i * size);
        onImage(i, image);
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
