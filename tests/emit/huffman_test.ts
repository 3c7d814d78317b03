import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import { deflateSync } from "fflate";
import { seededRandom } from "../../examples/digits/random.ts";
import { chooseCompression } from "../../lib/emit/deflate/compress.ts";
import { deflateByHuffman, leastSize } from "../../lib/emit/deflate/huffman.ts";
import { join } from "../join.ts";

const random = seededRandom(1);
const bytes = (length: number, make: (i: number) => number) =>
  Uint8Array.from({ length }, (_, i) => make(i));

const cases: Readonly<Record<string, Uint8Array>> = {
  "no bytes": new Uint8Array(0),
  "one byte": Uint8Array.of(7),
  "a repeated byte": new Uint8Array(100_000).fill(9),
  "two bytes": bytes(1000, (i) => i % 2),
  "random bytes": bytes(70_000, () => random() * 256),
  "sparse weights": bytes(100_000, () => random() < 0.9 ? 0 : random() * 256),
  "runs of every length": join(
    Array.from({ length: 600 }, (_, length) => new Uint8Array(length).fill(length)),
  ),
  "runs at every offset": bytes(50_000, (i) => i % 61 < 20 ? i % 61 : 0),
  "an odd number of weights at an odd address": bytes(
    600_002,
    () => 40 * (random() + random() + random() - 1.5),
  ).subarray(1),
  "an odd number of weights": bytes(600_001, () => 40 * (random() + random() - 1)),
  "weights": bytes(200_000, () => 40 * (random() + random() + random() - 1.5)),
  // The rarest bytes would have longer codes than deflate allows.
  "bytes with frequencies like Fibonacci's numbers": bytes(400_000, () => {
    return Math.min(255, Math.floor(-Math.log(random()) / Math.log(1.618)));
  }),
};

for (const [name, whole] of Object.entries(cases)) {
  Deno.test(`Huffman codes inflate to the same bytes: ${name}`, () => {
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

Deno.test("Huffman codes take at most 5 % more than the estimated size", () => {
  for (const [name, whole] of Object.entries(cases)) {
    const least = leastSize(whole), { length } = join(deflateByHuffman([whole]));
    assert(length > least && length < 1.05 * least + 250, `${name}: ${length}, not ${least}`);
  }
});

Deno.test("runs of pruned weights take less space than by LZ77's search", () => {
  const normal = () => random() + random() + random() - 1.5;
  for (
    const [weights, share] of [[new Float32Array(1 << 18), 1], [
      new Int8Array(1 << 20),
      0.9,
    ]] as const
  ) {
    const scale = weights instanceof Int8Array ? 80 : 1;
    for (let i = 0; i < weights.length; i++) weights[i] = random() < 0.9 ? 0 : scale * normal();
    const whole = new Uint8Array(weights.buffer);
    const { length } = join(deflateByHuffman([whole]));
    assert(length < share * deflateSync(whole, { level: 6 }).length, `${length} bytes`);
  }
});

Deno.test("LZ77 is chosen for weights with few distinct values, Huffman codes for pruned ones", () => {
  const samples = (make: () => number) =>
    new Uint8Array(Float32Array.from({ length: 1 << 12 }, make).buffer);
  const values = Array.from({ length: 16 }, () => random());
  const many = 1 << 25;
  const ofValues = samples(() => values[Math.floor(16 * random())]!);
  assert.equal(chooseCompression(ofValues, many), "search");
  assert.equal(
    chooseCompression(samples(() => random() < 0.9 ? 0 : random() - 0.5), many),
    "huffman",
  );
  assert.equal(chooseCompression(samples(() => random() - 0.5), many), "none");
});
