/**
 * The input of a network for pictures in their original sizes.
 *
 * @module
 */
import { type Part, whole } from "../lib/answers/part.ts";
import { type Graph, withInputShapes } from "../runtime/graph.ts";
import type { Image } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { pictureInputOf, type PictureSource, readOne, tellIfRaw } from "./picture_source.ts";
import { prepare, type SampleShape } from "./pictures.ts";
import { UsageError } from "./usage_error.ts";

/** The option that selects it. */
export const ownSizeOption = {
  "own-size": { about: "Show pictures in their own size, if the network takes any." },
} as const;

/** Reads one picture at a time, neither resized nor cropped. */
export class OwnSizeInput implements PictureSource {
  readonly sizesVary = true;
  readonly #network: OpenedNetwork;
  readonly #input: OpenedNetwork["inputs"][number];

  /** @throws {TypeError} if the network does not take one picture. */
  constructor(network: OpenedNetwork, action: string) {
    this.#network = network;
    this.#input = pictureInputOf(network, action).input;
  }

  tellIfRaw(): void {
    tellIfRaw(this.#input.shape[1]!, this.#network.preprocessing!);
  }

  partSeen(): Part {
    return whole;
  }

  /** The graph for pictures of the same size. */
  graphFor({ width, height }: Image): Graph {
    const { name, shape } = this.#input;
    return withInputShapes(
      this.#network.graph,
      new Map([[name, [1, shape[1]!, height, width]]]),
    );
  }

  read(
    [file]: readonly string[],
    onError: (i: number, error: Error) => void,
    onImage: (i: number, image: Image) => void,
  ): Promise<Record<string, Tensor>> {
    const { name, shape } = this.#input;
    const preprocessing = { ...this.#network.preprocessing!, resize: null, crop: null };
    const inputsOf = (image: Image) => {
      const sample: SampleShape = [shape[1]!, image.height, image.width];
      return {
        [name]: { shape: [1, ...sample], data: prepare(image, file!, preprocessing, sample) },
      };
    };
    return readOne(file!, inputsOf, onError, onImage);
  }
}

/** @throws {UsageError} if the batch size exceeds 1, since pictures of different sizes fit in none. */
export function refuseBatch(batch = "1"): void {
  if (Number(batch) > 1) {
    throw new UsageError("--own-size shows pictures one by one: leave out --batch");
  }
}
