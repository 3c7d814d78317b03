/**
 * Full-size networks with computed weights, for which Caffe's outputs are recorded.
 *
 * @module
 */
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { fill } from "../../scripts/write_recipe_model.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { shared } from "../shared.ts";

/** The shape, the range and the seed of a blob's pseudorandom numbers. */
interface BlobRecipe {
  readonly shape: Shape;
  readonly seed: number;
  readonly low: number;
  readonly high: number;
}

/** A network of the recordings. */
export interface Recipe {
  readonly network: string;
  readonly input: BlobRecipe & { readonly blob: string };
  readonly parameters: readonly (BlobRecipe & { readonly layer: string; readonly blob: number })[];
}

/** The most widely used networks. */
export const wellKnown: readonly string[] = [
  "alexnet",
  "caffenet",
  "nin",
  "googlenet",
  "vgg16",
  "resnet50",
  "resnet101",
  "resnet152",
  "squeezenet_v1.0",
];

/** The recipe of a network. */
export function readRecipe(network: string): Recipe {
  return JSON.parse(Deno.readTextFileSync(new URL(`goldens/nets/${network}.json`, shared)));
}

/** The recorded input. */
export function inputOf({ input }: Recipe): Tensor {
  return { shape: input.shape, data: fill(input) };
}

/** The weights as a caffemodel. */
export function caffemodelOf({ network, parameters }: Recipe): Uint8Array {
  const layers = Map.groupBy(parameters, ({ layer }) => layer);
  return writeCaffemodel({
    name: network,
    layers: [...layers].map(([name, blobs]) => ({
      name,
      type: "",
      bottoms: [],
      tops: [],
      blobs: blobs.map((blob) => ({ shape: blob.shape, data: fill(blob) })),
    })),
  });
}
