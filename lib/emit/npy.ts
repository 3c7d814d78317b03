/**
 * Writes a tensor as an array in NumPy's format.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @module
 */
import { type DeferredBytes, deferredBytes } from "../../proto/deferred.ts";
import { join } from "../../proto/join.ts";
import { count, type Shape, showShape, type Tensor } from "../../runtime/tensor.ts";

/** NumPy aligns the data to this, so that it can map a file into memory. */
const alignment = 64;
/** NumPy leaves room for an array that grows along its first axis: the digits of 2⁶⁴ and one. */
const growingDigits = 21;

/**
 * The header of an array, byte for byte as NumPy writes it; the data follows it.
 *
 * @param descr The kind of number as NumPy spells it: `<f4`, `|i1`.
 */
export function npyHeader(descr: string, shape: Shape): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }` +
    " ".repeat(shape.length === 0 ? 0 : growingDigits - String(shape[0]).length);
  const start = 10;
  const padding = alignment - (start + text.length + 1) % alignment;
  const header = new TextEncoder().encode(
    `\0NUMPY\x01\0\0\0${text}${" ".repeat(padding)}\n`,
  );
  header[0] = 0x93;
  new DataView(header.buffer).setUint16(8, header.length - start, true);
  return header;
}

/**
 * The header and the data of an array, which is a view of the tensor's own.
 *
 * @throws {TypeError} if the number of elements does not match the shape.
 */
export function npyParts({ shape, data }: Tensor): [Uint8Array, Uint8Array] {
  if (data.length !== count(shape)) {
    throw new TypeError(
      `Cannot write an array of shape ${showShape(shape)}: it has ${data.length} numbers`,
    );
  }
  return [npyHeader("<f4", shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** The same of an array whose data may be deferred. */
export function storedParts(tensor: Tensor): readonly (Uint8Array | DeferredBytes)[] {
  const deferred = deferredBytes(tensor.data);
  return deferred ? [npyHeader("<f4", tensor.shape), deferred] : npyParts(tensor);
}

/**
 * A tensor as a `.npy` file, as `numpy.load` reads it.
 *
 * @throws {TypeError} if the number of elements does not match the shape.
 */
export function writeNpy(tensor: Tensor): Uint8Array<ArrayBuffer> {
  return join(npyParts(tensor)) as Uint8Array<ArrayBuffer>;
}
