/**
 * float16 (IEEE 754 half precision): exact widening to float32, and correct rounding back.
 *
 * @module
 */

/** The bits of the float16 NaN and of infinity. */
const nan = 0x7e00, infinity = 0x7c00;

/** The biased float32 exponent of the least normal half, 2⁻¹⁴. */
const leastNormal = 127 - 14;

/** The value of each of the 65,536 halves, computed at first use. */
let widened: Float32Array | undefined;

/** float16 numbers, given by their bits, as float32; exact. */
export function fromHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  widened ??= Float32Array.from({ length: 1 << 16 }, (_, half) => widen(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = widened[halves[i]!]!;
  return values;
}

/**
 * The bits of the nearest float16 numbers, ties to even. Numbers from 65520 on become infinite,
 * tiny ones subnormal or 0, and NaN stays NaN.
 */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = narrow(bits[i]!, values[i]!);
  return halves;
}

function widen(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  // Subnormal numbers have no implicit leading one, and the lowest exponent.
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}

/** By the float32 exponent, how many units in the last place of a half there are in 1. */
const places = Float64Array.from(
  { length: 256 },
  (_, exponent) => 2 ** (24 - Math.max(exponent - leastNormal, 0)),
);

function narrow(bits: number, value: number): number {
  if (Number.isNaN(value)) return nan;
  const exponent = (bits >>> 23) & 255;
  // A float64 this large has no fractional bits, so the addition rounds to even.
  const rounded = Math.abs(value) * places[exponent]! + 2 ** 52 - 2 ** 52;
  // The implicit leading one, and a carry from rounding, go into the exponent.
  const half = Math.max(exponent - leastNormal, 0) * 1024 + rounded;
  return (bits >>> 16) & 0x8000 | Math.min(half, infinity);
}
