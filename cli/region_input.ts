/**
 * The inputs of region-based detectors: one picture, and its size and scale.
 *
 * @module
 */
import { type Part, whole } from "../lib/answers/part.ts";
import { inputsFor } from "../lib/answers/regions.ts";
import type { RegionDetection } from "../lib/answers/task_kinds.ts";
import type { Image } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { type PictureSource, readOne, tellIfRaw } from "./picture_source.ts";
import { withPictureInErrors } from "./pictures.ts";

/** Reads one picture at a time, since each is resized to a size of its own. */
export class RegionInput implements PictureSource {
  readonly sizesVary = true;
  readonly #network: OpenedNetwork;
  readonly #detection: RegionDetection;

  /** @throws {TypeError} if the bundle has no preprocessing. */
  constructor(network: OpenedNetwork, detection: RegionDetection) {
    this.#network = network;
    this.#detection = detection;
    if (network.preprocessing === null) {
      throw new TypeError(
        "Cannot detect in pictures: the bundle has no preprocessing for its input",
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
    onImage: (i: number, image: Image) => void,
  ): Promise<Record<string, Tensor>> {
    const preprocessing = this.#network.preprocessing!;
    return readOne(
      file!,
      (image) => withPictureInErrors(file!, () => inputsFor(image, preprocessing, this.#detection)),
      onError,
      onImage,
    );
  }
}
