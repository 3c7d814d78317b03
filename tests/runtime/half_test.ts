import assert from "node:assert/strict";
import { fromHalf, toHalf } from "../../runtime/half.ts";

const every = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);

/** JavaScript's own conversion, which browsers from before 2025 lack. */
function engineHalf(values: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer);
}

Deno.test("every float16 is converted to its value in float32", () => {
  const expected = new Float32Array(new Float16Array(every.buffer));
  assert.ok(fromHalf(every).every((number, half) => Object.is(number, expected[half])));
});

Deno.test("every float16 is the same after a conversion to float32 and back", () => {
  const numbers = every.filter((half) => (half & 0x7fff) <= 0x7c00);
  assert.deepEqual(toHalf(fromHalf(numbers)), numbers);
});

Deno.test("NaN is converted to NaN in both directions", () => {
  assert.ok(fromHalf(toHalf(Float32Array.of(NaN))).every(Number.isNaN));
  const narrow = new Float32Array(Uint32Array.of(0x7f800001, 0xffffffff).buffer);
  assert.ok(fromHalf(toHalf(narrow)).every(Number.isNaN));
});

Deno.test("numbers between two of float16 are rounded to the nearest, ties to even", () => {
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

Deno.test("numbers beyond float16 become infinite or zero", () => {
  const values = Float32Array.of(65504, 65519.996, 65520, -1e30, 2 ** -24, 2 ** -25, 1e-45, -0);
  assert.deepEqual(
    [...toHalf(values)],
    [0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x0001, 0x0000, 0x0000, 0x8000],
  );
});
