/**
 * The numbers of HDF5 arrays.
 *
 * @module
 */
import type { Cursor } from "./cursor.ts";

/** Reads numbers of floating point as a type of HDF5's describes them. */
export function floatsOf(body: Cursor, path: string) {
  const kind = body.uint(1) & 15, isBig = (body.uint(1) & 1) !== 0;
  body.skip(2);
  const size = body.uint(4);
  if (kind !== 1 || (size !== 4 && size !== 8)) {
    throw new Error(`/${path} is no array of float32 or float64`);
  }
  const all = (bytes: Uint8Array): Float32Array => {
    if (isBig) return bigFloats(bytes, size);
    const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
    if (size === 4) return new Float32Array(buffer, byteOffset, length / 4);
    return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
  };
  return { size, all };
}

/** Numbers whose most significant byte comes first. */
function bigFloats(bytes: Uint8Array, size: 4 | 8): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.length / size);
  for (let i = 0, at = 0; i < numbers.length; i++, at += size) {
    numbers[i] = size === 4 ? view.getFloat32(at) : view.getFloat64(at);
  }
  return numbers;
}
