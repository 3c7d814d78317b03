/**
 * The inputs of a network that looks for regions: one picture, and what is to be known of it.
 *
 * @module
 */
import { type Part, whole } from "../lib/answers/part.ts";
import { inputsFor } from "../lib/answers/regions.ts";
import type { RegionDetection } from "../lib/answers/task_kinds.ts";
import { type Graph, withInputShapes } from "../runtime/graph.ts";
import type { Image } from "../runtime/preprocess.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { readFile } from "./files.ts";
import { decodeImage } from "./images.ts";
import type { OpenedNetwork } from "./network_file.ts";
import { type PictureSource, tellIfRaw } from "./picture_input.ts";
import { naming } from "./pictures.ts";

/** Shows one picture at a time, in a size of its own. */
export class RegionInput implements PictureSource {
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

  async read(
    [file]: readonly string[],
    onError: (i: number, error: Error) => void,
    onImage: (i: number, image: Image) => void = () => {},
  ): Promise<Record<string, Tensor>> {
    try {
      const image = await decodeImage(await readFile(file!), file!);
      const inputs = naming(
        file!,
        () => inputsFor(image, this.#network.preprocessing!, this.#detection),
      );
      expectTaken(this.#network.graph, inputs, file!);
      onImage(0, image);
      return inputs;
    } catch (error) {
      onError(0, error as Error);
      return {};
    }
  }
}

/** @throws {TypeError} that names the file, if the network does not take a picture of such a size. */
function expectTaken(graph: Graph, inputs: Record<string, Tensor>, file: string): void {
  const shapes = Object.entries(inputs).map(([name, { shape }]) => [name, shape] as const);
  try {
    withInputShapes(graph, new Map(shapes));
  } catch (cause) {
    const told = shapes.map(([name, shape]) => `"${name}" ${showShape(shape)}`).join(" and ");
    throw new TypeError(`Cannot detect in ${file}, shown as ${told}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
