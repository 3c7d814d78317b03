/**
 * Reads picture files into batches for networks with one picture as their input.
 *
 * @module
 */
import { type Part, partSeen } from "../lib/answers/part.ts";
import { views } from "../lib/oversample.ts";
import type { Network } from "../runtime/network.ts";
import type { Image, Preprocessing } from "../runtime/preprocess.ts";
import { count, type Tensor } from "../runtime/tensor.ts";
import { pictureInputOf, type PictureSource, tellIfRaw } from "./picture_source.ts";
import { imageOf, nameOf, type Picture, prepare, type SampleShape } from "./pictures.ts";

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
