/**
 * Asks a network of the digits example what it sees.
 *
 * @module
 */
import { type Drawing, size } from "../../examples/digits/draw.ts";
import { largest, type Network } from "../../runtime/mod.ts";

/** How many of the drawings a network reads rightly, `batch` of them a run. */
export async function countRight(
  network: Network,
  drawings: readonly Drawing[],
  batch: number,
): Promise<number> {
  let right = 0;
  for (let start = 0; start < drawings.length; start += batch) {
    const some = drawings.slice(start, start + batch);
    const { prob } = await network.run({ data: inputOf(some) });
    right += some.filter(({ digit }, i) => {
      return largest(prob!.data.subarray(10 * i, 10 * (i + 1)), 1)[0]!.index === digit;
    }).length;
  }
  return right;
}

/** Drawings as the network wants them: `[N, 1, 28, 28]`, black 0, white just under 1. */
function inputOf(drawings: readonly Drawing[]): Float32Array {
  const input = new Float32Array(drawings.length * size * size);
  for (const [i, { image }] of drawings.entries()) {
    input.set(Float32Array.from(image, (grey) => grey * greyScale), i * size * size);
  }
  return input;
}

/** What greys of 0 to 255 are multiplied by, as `examples/digits/deploy.prototxt` tells. */
export const greyScale = 1 / 256;
