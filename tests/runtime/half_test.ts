import assert from "node:assert/strict";
import { fromHalf, toHalf } from "../../runtime/half.ts";

const every = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);

/** The engine's own conversion, which browsers of before 2025 lack. */
function engineHalf(values: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer);
}

Deno.test("every half widens to its value", () => {
  const expected = new Float32Array(new Float16Array(every.buffer));
  assert.ok(fromHalf(every).every((number, half) => Object.is(number, expected[half])));
});

Deno.test("every half comes back from float32", () => {
  const numbers = every.filter((half) => (half & 0x7fff) <= 0x7c00);
  assert.deepEqual(toHalf(fromHalf(numbers)), numbers);
});

Deno.test("NaN stays NaN", () => {
  assert.ok(fromHalf(toHalf(Float32Array.of(NaN))).every(Number.isNaN));
  const narrow = new Float32Array(Uint32Array.of(0x7f800001, 0xffffffff).buffer);
  assert.ok(fromHalf(toHalf(narrow)).every(Number.isNaN));
});

Deno.test("numbers between two halves round to the nearest, ties to even", () => {
  const bits: number[] = [];
  const positive = fromHalf(every.subarray(0, 0x7c01));
  for (let half = 0; half < 0x7c00; half++) {
    const middle = Float32Array.of((positive[half]! + Math.min(positive[half + 1]!, 65536)) / 2);
    const middleBits = new Uint32Array(middle.buffer)[0]!;
    for (const bit of [middleBits - 1, middleBits, middleBits + 1]) bits.push(bit, bit | 1 << 31);
  }
  const values = new Float32Array(Uint32Array.from(bits).buffer);
  assert.deepEqual(toHalf(values), engineHalf(values));
});

Deno.test("the ends of the range", () => {
  const values = Float32Array.of(65504, 65519.996, 65520, -1e30, 2 ** -24, 2 ** -25, 1e-45, -0);
  assert.deepEqual(
    [...toHalf(values)],
    [0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x0001, 0x0000, 0x0000, 0x8000],
  );
});
