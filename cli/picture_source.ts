/**
 * What the inputs of networks for pictures have in common: whole batches, pictures in their own sizes,
 * and those of region-based detectors.
 *
 * @module
 */
import type { Part } from "../lib/answers/part.ts";
import { isRaw } from "../lib/check_preprocessing.ts";
import type { Network } from "../runtime/network.ts";
import type { Image, Preprocessing } from "../runtime/preprocess.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { imageOf } from "./pictures.ts";
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
