/**
 * Numbers of 16 bits: IEEE 754's half precision, widened to float32 and rounded back, exactly.
 *
 * @module
 */

/** The bits of each half as a float32, made when it is first needed. */
let widened: Int32Array | undefined;

/** Half-precision numbers, given by their bits, as float32. None of them changes its value. */
export function fromHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  widened ??= Int32Array.from({ length: 1 << 16 }, (_, half) => widen(half));
  const bits = new Int32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = widened[halves[i]!]!;
  return new Float32Array(bits.buffer);
}

/**
 * The bits of the nearest half-precision numbers; ties go to the even one. What is too large
 * becomes infinite (from 65520 on), what is too small a subnormal number or 0, and NaN stays NaN.
 */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  // Signed ones, because all of those are integers to the platform.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = narrow(bits[i]!);
  return halves;
}

function widen(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal half has no leading one: its highest bit becomes the leading one of a float32.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

function narrow(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x38800000 && magnitude < 0x477ff000) {
    // Adding just under half a unit, and one more where the last kept bit is odd, rounds to even.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x33000000) return sign;
  // Subnormal: the float's own leading one joins its fraction, and both are shifted into place.
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - (magnitude >>> 23);
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}
