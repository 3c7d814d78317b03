/**
 * Evaluates a network of the digits example.
 *
 * @module
 */
import type { Drawing } from "../../examples/digits/draw.ts";
import { inputOf } from "../../examples/digits/input.ts";
import { largest, type Network } from "../../runtime/mod.ts";

/** The number of drawings that a network classifies correctly, in batches. */
export async function countCorrect(
  network: Network,
  drawings: readonly Drawing[],
  batch: number,
): Promise<number> {
  let correct = 0;
  for (let start = 0; start < drawings.length; start += batch) {
    const samples = drawings.slice(start, start + batch);
    const { prob } = await network.run({ data: inputOf(samples) });
    correct += samples.filter(({ digit }, i) => {
      return largest(prob!.data.subarray(10 * i, 10 * (i + 1)), 1)[0]!.index === digit;
    }).length;
  }
  return correct;
}
