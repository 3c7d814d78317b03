/**
 * Inputs and medians for measurements.
 *
 * @module
 */
import type { Timing } from "../runtime/engine.ts";
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

/** The median times of each dispatch over several profiles of a network. */
export async function medianTimings(
  times: number,
  profile: () => Promise<Timing[]>,
): Promise<Timing[]> {
  const all: Timing[][] = [];
  for (let i = 0; i < times; i++) all.push(await profile());
  return all[0]!.map((row, i) => ({
    ...row,
    milliseconds: medianOf(all.map((timings) => timings[i]!.milliseconds)),
  }));
}

/** The median. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
