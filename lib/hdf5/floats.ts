/**
 * Decodes the elements of HDF5 arrays.
 *
 * @module
 */
import type { Cursor } from "./cursor.ts";

/** Reads the element at a position. */
type Read = (view: DataView, at: number, isLittle: boolean) => number;

/** The functions that read numbers, by class and size: integers, signed ones, and floating-point. */
const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["unsigned 1", (view, at) => view.getUint8(at)],
  ["unsigned 2", (view, at, isLittle) => view.getUint16(at, isLittle)],
  ["unsigned 4", (view, at, isLittle) => view.getUint32(at, isLittle)],
  ["unsigned 8", (view, at, isLittle) => Number(view.getBigUint64(at, isLittle))],
  ["signed 1", (view, at) => view.getInt8(at)],
  ["signed 2", (view, at, isLittle) => view.getInt16(at, isLittle)],
  ["signed 4", (view, at, isLittle) => view.getInt32(at, isLittle)],
  ["signed 8", (view, at, isLittle) => Number(view.getBigInt64(at, isLittle))],
  ["float 4", (view, at, isLittle) => view.getFloat32(at, isLittle)],
  ["float 8", (view, at, isLittle) => view.getFloat64(at, isLittle)],
]);

/** The bits of a floating-point number, in the order in which a file describes them. */
type Format = readonly [
  exponentStart: number,
  exponentLength: number,
  mantissaStart: number,
  mantissaLength: number,
  bias: number,
];

/** The usual formats of floating-point numbers, by their size in bytes. */
const formats: ReadonlyMap<number, Format> = new Map([
  [4, [23, 8, 0, 23, 127]],
  [8, [52, 11, 0, 52, 1023]],
]);

/**
 * The size of the elements that a datatype message describes, and a function that decodes them. As
 * in Caffe, integers are converted.
 */
export function floatsOf(datatype: Cursor, path: string) {
  // The upper four bits are a version.
  const kind = datatype.uint(1) & 15, bits = datatype.uint(1);
  const name = nameOf(kind, bits), isLittle = (bits & 1) === 0;
  datatype.skip(2);
  const size = datatype.uint(4);
  const read = readers.get(`${name} ${size}`);
  const isWhole = datatype.uint(2) === 0 && datatype.uint(2) === 8 * size;
  const isUsual = name !== "float" || isUsualFloat(datatype, size);
  if (read === undefined || !isWhole || !isUsual) {
    throw new Error(
      `/${path} is no array of float32, float64 or integers of 8, 16, 32 or 64 bits`,
    );
  }
  const decode = (bytes: Uint8Array): Float32Array => {
    if (name === "float" && size === 4 && isLittle) {
      const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
      return new Float32Array(buffer, byteOffset, length / 4);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const numbers = new Float32Array(bytes.length / size);
    for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * size, isLittle);
    return numbers;
  };
  return { size, decode };
}

/** The class of a datatype, by which {@linkcode readers} are found. */
function nameOf(kind: number, bits: number): "float" | "signed" | "unsigned" | undefined {
  if (kind === 1) return "float";
  if (kind !== 0) return undefined;
  return (bits & 8) === 0 ? "unsigned" : "signed";
}

function isUsualFloat(datatype: Cursor, size: number): boolean {
  // The bias takes four bytes, and the others take one each.
  const format = formats.get(size);
  return format !== undefined &&
    format.every((value, i) => datatype.uint(i < 4 ? 1 : 4) === value);
}
