/** LRN of volumes, which gnina's fork normalizes. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";

const volume = numbers([2, 3, 2, 3, 4], 1);

const text = (settings: string) =>
  `input: "x" input_shape { dim: 2 dim: 3 dim: 2 dim: 3 dim: 4 }
   layer { name: "y" type: "LRN" bottom: "x" top: "y" lrn_param { ${settings} } }`;

testEverywhere("LRN divides each element of a volume by the energy of its neighbouring channels", {
  text: text("local_size: 3 alpha: 0.6 beta: 0.5 k: 2"),
  inputs: [volume],
  outputs: [
    tensorOf([2, 3, 2, 3, 4], (n, c, ...place) => {
      const channels = [c! - 1, c!, c! + 1].filter((channel) => channel >= 0 && channel < 3);
      const squares = channels.map((channel) => at(volume, n!, channel, ...place) ** 2);
      const energy = squares.reduce((sum, square) => sum + square, 0);
      return at(volume, n!, c!, ...place) / Math.sqrt(2 + 0.2 * energy);
    }),
  ],
});

Deno.test("LRN within the channels of a volume is refused", () => {
  const network = {
    bytes: new TextEncoder().encode(text("norm_region: WITHIN_CHANNEL")),
    name: "net.prototxt",
  };
  assert.throws(() => convert(network), {
    message: /layer "y" \(LRN\): its input is \[2, 3, 2, 3, 4\], not an image/,
  });
});
