/**
 * Reads picture files into batches for networks with one picture as their input.
 *
 * @module
 */
import { type Part, partSeen } from "../lib/answers/part.ts";
import { isRaw } from "../lib/check_preprocessing.ts";
import { views } from "../lib/oversample.ts";
import type { Network } from "../runtime/network.ts";
import type { Image, Preprocessing } from "../runtime/preprocess.ts";
import { count, showShape, type Tensor } from "../runtime/tensor.ts";
import { imageOf, nameOf, type Picture, prepare, type SampleShape } from "./pictures.ts";
import { printNotice } from "./print.ts";

/** Makes the inputs of a network from pictures. */
export interface PictureSource {
  /** Whether pictures keep their own sizes, which the network may not support. */
  readonly sizesVary: boolean;

  /** Prints a notice if colour pictures are not normalized at all, which few networks expect. */
  tellIfRaw(): void;

  /** The part of a picture that the network sees. */
  partSeen(image: Image): Part;

  /**
   * The inputs of the network for some pictures.
   *
   * @param onError Receives the index and the error of each file that is unreadable or no picture.
   * Zeros are fed in its place, if there are other pictures.
   * @param onImage Receives the index and the pixels of every other file.
   */
  read(
    files: readonly string[],
    onError: (i: number, error: Error) => void,
    onImage: (i: number, image: Image) => void,
  ): Promise<Record<string, Tensor>>;
}

/**
 * The inputs of a network for a single picture, whose size depends on the picture's.
 *
 * @param inputsOf Computes them from the picture.
 */
export async function readOne(
  file: string,
  inputsOf: (image: Image) => Record<string, Tensor>,
  onError: (i: number, error: Error) => void,
  onImage: (i: number, image: Image) => void,
): Promise<Record<string, Tensor>> {
  try {
    const image = await imageOf(file);
    const inputs = inputsOf(image);
    onImage(0, image);
    return inputs;
  } catch (error) {
    onError(0, error as Error);
    return {};
  }
}

/** Prints a notice if colour pictures are not normalized at all. */
export function tellIfRaw(channels: number, preprocessing: Preprocessing): void {
  if (!isRaw(channels, preprocessing, preprocessing.meanImage !== null)) return;
  printNotice(
    "The model has no mean, so that pictures are fed without normalization, from 0 to 255. If the " +
      "results are wrong, convert it with the mean that it was trained with: " +
      "--mean-values 104,117,123 for most networks trained on ImageNet",
  );
}

/**
 * The only input of a network that takes pictures, and their preprocessing.
 *
 * @param action The action, for the error: `classify`.
 * @throws {TypeError} if the network does not take one picture.
 */
export function pictureInputOf(
  network: Network,
  action: string,
): { readonly input: Network["inputs"][number]; readonly preprocessing: Preprocessing } {
  const [input, ...others] = network.inputs;
  const { preprocessing } = network;
  if (input === undefined || others.length > 0 || preprocessing === null) {
    const inputs = network.inputs.map(({ name, shape }) => `"${name}" ${showShape(shape)}`);
    throw new TypeError(
      `Cannot ${action} pictures: the network takes ${inputs.join(" and ")}, not one picture`,
    );
  }
  return { input, preprocessing };
}

/** The input of a network whose only input is a picture. */
export class PictureInput implements PictureSource {
  readonly sizesVary = false;
  readonly #name: string;
  readonly #shape: SampleShape;
  readonly #preprocessing: Preprocessing;
  readonly #isOversampled: boolean;

  /**
   * @param action The action, for the error: `classify`.
   * @param isOversampled Whether ten crops of each picture are fed.
   * @throws {TypeError} if the network does not take one picture.
   */
  constructor(network: Network, action: string, isOversampled = false) {
    const { input, preprocessing } = pictureInputOf(network, action);
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

  /** The number of samples for each picture. */
  get views(): number {
    return this.#isOversampled ? views : 1;
  }

  async read(
    pictures: readonly Picture[],
    onError: (i: number, error: Error) => void,
    onImage: (i: number, image: Image) => void = () => {},
  ): Promise<Record<string, Tensor>> {
    const size = this.views * count(this.#shape);
    const data = new Float32Array(pictures.length * size);
    for (const [i, picture] of pictures.entries()) {
      try {
        const image = await imageOf(picture), preprocessing = this.#preprocessingOf(picture);
        const name = nameOf(picture), shape = this.#shape;
        data.set(prepare(image, name, preprocessing, shape, this.#isOversampled), i * size);
        onImage(i, image);
      } catch (error) {
        onError(i, error as Error);
      }
    }
    return { [this.#name]: { shape: [pictures.length * this.views, ...this.#shape], data } };
  }

  /** Pictures of data sets are cropped as in training, and in the network's order of channels. */
  #preprocessingOf(picture: Picture): Preprocessing {
    if (typeof picture === "string") return this.#preprocessing;
    const [, ...crop] = this.#shape;
    return { ...this.#preprocessing, channelOrder: "bgr", resize: null, crop };
  }
}
