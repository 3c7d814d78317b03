/**
 * The inputs of a network that looks for regions: one picture, and what is to be known of it.
 *
 * @module
 */
import { type Part, whole } from "../lib/answers/part.ts";
import { inputsFor } from "../lib/answers/regions.ts";
import type { RegionDetection } from "../lib/answers/task_kinds.ts";
import type { Image } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./network_file.ts";
import { type PictureSource, readOne, tellIfRaw } from "./picture_input.ts";
import { naming } from "./pictures.ts";

/** Shows one picture at a time, in a size of its own. */
export class RegionInput implements PictureSource {
  readonly sizesVary = true;
  readonly #network: OpenedNetwork;
  readonly #detection: RegionDetection;

  /** @throws {TypeError} if it is not known how a picture becomes the input. */
  constructor(network: OpenedNetwork, detection: RegionDetection) {
    this.#network = network;
    this.#detection = detection;
    if (network.preprocessing === null) {
      throw new TypeError(
        "Cannot detect in pictures: how one becomes the network's input is not known",
      );
    }
  }

  tellIfRaw(): void {
    tellIfRaw(this.#detection.picture.shape[1]!, this.#network.preprocessing!);
  }

  partSeen(): Part {
    return whole;
  }

  read(
    [file]: readonly string[],
    onError: (i: number, error: Error) => void,
    onImage: (i: number, image: Image) => void = () => {},
  ): Promise<Record<string, Tensor>> {
    const preprocessing = this.#network.preprocessing!;
    return readOne(
      file!,
      (image) => naming(file!, () => inputsFor(image, preprocessing, this.#detection)),
      onError,
      onImage,
    );
  }
}
