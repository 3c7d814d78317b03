/**
 * Decodes the elements of HDF5 arrays.
 *
 * @module
 */
import type { Cursor } from "./cursor.ts";

/** The class of floating-point numbers among the datatypes. */
const floatingPoint = 1;

/** The size of the elements that a datatype message describes, and a function that decodes them. */
export function floatsOf(datatype: Cursor, path: string) {
  const kind = datatype.uint(1) & 15, isBigEndian = (datatype.uint(1) & 1) !== 0;
  datatype.skip(2);
  const size = datatype.uint(4);
  if (kind !== floatingPoint || (size !== 4 && size !== 8)) {
    throw new Error(`/${path} is no array of float32 or float64`);
  }
  const decode = (bytes: Uint8Array): Float32Array => {
    if (isBigEndian) return bigEndianFloats(bytes, size);
    const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
    if (size === 4) return new Float32Array(buffer, byteOffset, length / 4);
    return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
  };
  return { size, decode };
}

function bigEndianFloats(bytes: Uint8Array, size: 4 | 8): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.length / size);
  for (let i = 0, at = 0; i < numbers.length; i++, at += size) {
    numbers[i] = size === 4 ? view.getFloat32(at) : view.getFloat64(at);
  }
  return numbers;
}
