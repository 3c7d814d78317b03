import assert from "node:assert/strict";
import { fitsHalf } from "../../../lib/emit/rounding/fits_half.ts";
import { quantize } from "../../../lib/emit/rounding/quantize.ts";
import { roundToHalves } from "../../../lib/emit/rounding/round_to_halves.ts";
import { halvesOf } from "./rounded.ts";
import { fromHalf, toHalf } from "../../../runtime/half.ts";
import { seededRandom } from "../../../examples/digits/random.ts";

/** The distance between the numbers of float16 around a number. */
const step = (x: number) => 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(x)))) - 10);
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

Deno.test("rows keep their sums within a step, and weights change by at most 0.76 steps", () => {
  const random = seededRandom(1);
  const shape = [5, 700];
  const data = Float32Array.from({ length: 3500 }, () => (random() - 0.4) * 0.1);
  const rounded = fromHalf(halvesOf({ shape, data }));
  const nearest = fromHalf(toHalf(data));
  for (let row = 0; row < 5; row++) {
    const of = (values: Float32Array) => sum(values.subarray(row * 700, (row + 1) * 700));
    assert(Math.abs(of(rounded) - of(data)) <= step(0.06), `row ${row}`);
  }
  assert(Math.abs(sum(nearest) - sum(data)) > 4 * Math.abs(sum(rounded) - sum(data)));
  data.forEach((x, i) => assert(Math.abs(rounded[i]! - x) <= 0.76 * step(x), `weight ${i}`));
});

Deno.test("biases are rounded to the nearest numbers of float16", () => {
  const data = Float32Array.of(1.0004, -2.0009, 3e-8);
  assert.deepEqual(halvesOf({ shape: [3], data }), toHalf(data));
});

Deno.test("numbers beyond float16 become infinite, NaN or 0", () => {
  const data = Float32Array.of(1e6, -Infinity, NaN, 1, 0, -0, 1e-9, 65519);
  const rounded = fromHalf(halvesOf({ shape: [2, 4], data }));
  assert.deepEqual(rounded, fromHalf(toHalf(data)));
});

Deno.test("float16 fits numbers that do not overflow and, in a bias, do not underflow", () => {
  const fits = (shape: number[], ...data: number[]) =>
    fitsHalf({ shape, data: Float32Array.from(data) });
  const tiny = 2 ** -25;
  assert(fits([2, 2], 65519, -65519, tiny, Infinity));
  assert(fits([4], 0, -0, NaN, tiny * 1.01));
  assert(!fits([2, 2], 0, 0, -65520, 1));
  assert(!fits([2], 1, -tiny));
  assert(!fits([1, 2, 1, 1], 1, 1e-40));
  const many = new Float32Array(600_000).fill(1);
  assert(fitsHalf({ shape: [600, 1000], data: many }));
  assert(!fitsHalf({ shape: [600, 1000], data: many.with(599_999, 1e5) }));
});

Deno.test("float16 fits integers only if it represents each of them", () => {
  const integers = Float32Array.from({ length: 600_000 }, (_, i) => i % 2049);
  const fits = (data: Float32Array) => fitsHalf({ shape: [600, 1000], data });
  assert(fits(integers));
  assert(!fits(integers.with(599_999, 2049)));
  assert(!fits(integers.with(0, -4096)));
  assert(fits(integers.with(0, 0.5).with(1, 4097)));
});

Deno.test("WebAssembly kernels round to float16 like plain loops, for any numbers", () => {
  const random = seededRandom(3);
  const bits = Uint32Array.from({ length: 1 << 16 }, () => random() * 2 ** 32);
  // Halfway between two numbers of float16, and between two subnormal ones.
  const ties = Uint32Array.from(bits, (word, i) => word & 0xbfffe000 | (i % 2 ? 0x1000 : 0x3000));
  const tiny = Float32Array.from(bits, (word, i) => (i % 2 ? 1 : -1) * (word % 5000) * 2 ** -26);
  const cases = [
    new Float32Array(bits.buffer).filter((x) => Math.abs(x) < 65520),
    new Float32Array(ties.buffer).filter((x) => Math.abs(x) < 65520),
    tiny,
    Float32Array.from(bits, (word) => word * 2 ** -34 - 0.1),
    Float32Array.of(...tiny.subarray(0, 100), 65520),
    Float32Array.of(...tiny.subarray(0, 100), NaN, -Infinity),
  ];
  for (const data of cases) {
    for (const length of [data.length, 101]) {
      const part = data.subarray(0, length);
      assert.deepEqual(halvesOf({ shape: [length], data: part }), toHalf(part));
    }
  }
});

Deno.test("the rounding error is the same by kernels and by loops", () => {
  const random = seededRandom(4);
  const data = Float32Array.from({ length: 3 * 1003 }, () => (random() - 0.4) * 0.1);
  for (const shape of [[3 * 1003], [3, 1003], [59, 51]]) {
    const rows = roundToHalves({ shape, data });
    const halves = new Uint16Array(data.length);
    rows.read(0, new Uint8Array(halves.buffer));
    const values = fromHalf(halves);
    const differences = data.reduce((sum, x, i) => sum + (x - values[i]!) ** 2, 0);
    const squares = data.reduce((sum, x) => sum + x * x, 0);
    const { relative } = rows.error("w");
    assert(Math.abs(relative / Math.sqrt(differences / squares) - 1) < 1e-5);
  }
});

Deno.test("rounded weights may be read in parts of any size", () => {
  const data = Float32Array.from({ length: 700_000 }, (_, i) => Math.sin(i * i));
  for (const shape of [[7, 100_000], [1, 700_000], [350_000, 2]]) {
    for (const round of [roundToHalves, quantize]) {
      const whole = round({ shape, data }, "w"), bytes = new Uint8Array(whole.length);
      whole.read(0, bytes);
      const rows = round({ shape, data }, "w"), part = new Uint8Array(300_001);
      for (let at = 0; at < rows.length; at += part.length) {
        const piece = part.subarray(0, rows.length - at);
        rows.read(at, piece);
        assert.deepEqual(piece, bytes.subarray(at, at + piece.length));
      }
      assert.deepEqual(rows.scales, whole.scales);
      assert.equal(rows.error("w").relative, whole.error("w").relative);
    }
  }
});
