/**
 * Half-precision numbers, which NVIDIA's fork of Caffe and OpenCV store as pairs of bytes.
 *
 * @module
 */

/** Decodes little-endian IEEE 754 binary16 numbers, two bytes each. */
export function decodeHalf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bytes.length >>> 1);
  for (let i = 0; i < values.length; i++) {
    values[i] = halfToNumber(bytes[2 * i]! | bytes[2 * i + 1]! << 8);
  }
  return values;
}

/** The number that 16 bits stand for: a sign, 5 bits of exponent and 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (0x400 + fraction) * POWERS[exponent]!;
}

/** What a fraction of 10 bits is worth, by the exponent. */
const POWERS = Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 25));
