import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import { seededRandom } from "../../examples/digits/random.ts";
import { deflateByHuffman, leastSize } from "../../lib/emit/huffman.ts";
import { join } from "../join.ts";

const random = seededRandom(1);
const bytes = (length: number, make: (i: number) => number) =>
  Uint8Array.from({ length }, (_, i) => make(i));

const cases: Readonly<Record<string, Uint8Array>> = {
  "no bytes": new Uint8Array(0),
  "one byte": Uint8Array.of(7),
  "one byte again and again": new Uint8Array(100_000).fill(9),
  "two bytes": bytes(1000, (i) => i % 2),
  "what looks random": bytes(70_000, () => random() * 256),
  "weights most of which are zero": bytes(100_000, () => random() < 0.9 ? 0 : random() * 256),
  "weights": bytes(200_000, () => 40 * (random() + random() + random() - 1.5)),
  // So rare are the rarest that their codes would be longer than deflate has them.
  "bytes as rare as Fibonacci's numbers are large": bytes(400_000, () => {
    return Math.min(255, Math.floor(-Math.log(random()) / Math.log(1.618)));
  }),
};

for (const [name, whole] of Object.entries(cases)) {
  Deno.test(`Huffman codes: ${name}`, () => {
    for (const size of [1 << 22, 65_536, 999]) {
      const pieces = Array.from(
        { length: Math.ceil(whole.length / size) },
        (_, i) => whole.subarray(i * size, (i + 1) * size),
      );
      const deflated = join(deflateByHuffman(pieces));
      assert.deepEqual(new Uint8Array(inflateRawSync(deflated)), whole);
      assert(deflated.length <= whole.length + 16 + 8 * pieces.length);
    }
  });
}

Deno.test("Huffman codes take hardly more than the estimated size", () => {
  for (const [name, whole] of Object.entries(cases)) {
    const least = leastSize(whole), { length } = join(deflateByHuffman([whole]));
    assert(length > least && length < 1.05 * least + 250, `${name}: ${length}, not ${least}`);
  }
});
