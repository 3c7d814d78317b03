/**
 * Numbers of 16 bits: IEEE 754's half precision, widened to float32 and rounded back, exactly.
 *
 * @module
 */

/** The value of each half, made when it is first needed. */
let widened: Float32Array | undefined;

/** Half-precision numbers, given by their bits, as float32. None of them changes its value. */
export function fromHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  widened ??= Float32Array.from({ length: 1 << 16 }, (_, half) => widen(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = widened[halves[i]!]!;
  return values;
}

/**
 * The bits of the nearest half-precision numbers; ties go to the even one. What is too large
 * becomes infinite (from 65520 on), what is too small a subnormal number or 0, and NaN stays NaN.
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
  // A subnormal number has no leading one, and the lowest exponent there is.
  return sign * (fraction + (exponent ? 1024 : 0)) * 2 ** ((exponent || 1) - 25);
}

/** How many of the last place of a half there are in 1, by the exponent of float32. */
const places = Float64Array.from({ length: 256 }, (_, i) => 2 ** (24 - Math.max(i - 113, 0)));

function narrow(bits: number, value: number): number {
  if (value !== value) return 0x7e00;
  const exponent = (bits >>> 23) & 255;
  // A float64 this large has no place after the point, and is rounded to even.
  const rounded = Math.abs(value) * places[exponent]! + 2 ** 52 - 2 ** 52;
  // The leading one, and the one that rounding may bring, go into the exponent.
  const half = Math.max(exponent - 113, 0) * 1024 + rounded;
  return (bits >>> 16) & 0x8000 | Math.min(half, 0x7c00);
}
