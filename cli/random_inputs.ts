/**
 * Random inputs of networks, for measurements.
 *
 * @module
 */
import type { Network } from "../runtime/network.ts";
import { count, showShape } from "../runtime/tensor.ts";
import type { BatchSize } from "./batch_size.ts";
import type { Feed } from "./kernels.ts";

/** An array of this length takes 4 GB, the limit of an op's output. */
const mostNumbers = 2 ** 30;

/** Random numbers from 0 to 1 for each input, with a batch size or, by default, the model's. */
export function randomInputs({ inputs }: Network, batch?: number) {
  return Object.fromEntries(inputs.map(({ name, shape }) => {
    const wanted = batch === undefined ? shape : shape.with(0, batch);
    if (count(wanted) > mostNumbers) {
      throw new RangeError(
        `Cannot feed "${name}" ${showShape(wanted)}: it has more numbers than fit into memory; ` +
          "give a smaller --batch",
      );
    }
    return [name, {
      shape: wanted,
      data: Float32Array.from({ length: count(wanted) }, Math.random),
    }];
  }));
}

/**
 * Random inputs for as many pictures as a command runs at once.
 *
 * @param pictures All pictures, which may be fewer than the batch size.
 * @param views The number of samples for each picture.
 */
export function batchFeed(
  batchOf: BatchSize,
  pictures: { readonly length: number },
  views = 1,
): Feed {
  return (network) => randomInputs(network, views * Math.min(batchOf(network), pictures.length));
}
