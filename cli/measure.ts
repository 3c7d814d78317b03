/**
 * What measuring a network needs: something to run it on, and medians.
 *
 * @module
 */
import type { Timing } from "../runtime/engine.ts";
import type { Network } from "../runtime/network.ts";
import { count, showShape } from "../runtime/tensor.ts";

/** An array of as many takes 4 GB; no op gives more. */
const mostNumbers = 2 ** 30;

/** Numbers between 0 and 1 for each input, for as many samples as the model says or `batch`. */
export function inputsOf({ inputs }: Network, batch?: number | "") {
  return Object.fromEntries(inputs.map(({ name, shape }) => {
    const wanted = batch ? shape.with(0, batch) : shape;
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

/** What several profiles of the same network say, each dispatch's time a median. */
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

/** The middle of some numbers. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
