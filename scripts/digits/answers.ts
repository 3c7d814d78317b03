/**
 * Evaluates a network of the digits example.
 *
 * @module
 */
import { type Drawing, size } from "../../examples/digits/draw.ts";
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

/** The input of the network, `[N, 1, 28, 28]`: black is 0, white just under 1. */
function inputOf(drawings: readonly Drawing[]): Float32Array {
  const input = new Float32Array(drawings.length * size * size);
  for (const [i, { image }] of drawings.entries()) {
    input.set(Float32Array.from(image, (grey) => grey * greyScale), i * size * size);
  }
  return input;
}

/** The factor of grey values from 0 to 255, as documented in `examples/digits/deploy.prototxt`. */
export const greyScale = 1 / 256;
