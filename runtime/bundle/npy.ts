/**
 * Reads arrays in NumPy's `.npy` format as float32 tensors.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @module
 */
import { fromHalf } from "../half.ts";
import { count, type Shape, showShape, type Tensor } from "../tensor.ts";
import { follow } from "../walk.ts";

/** The typed arrays of the supported number types. */
const arrays = {
  "<f4": Float32Array,
  "<f2": Uint16Array,
  "<f8": Float64Array,
  "|i1": Int8Array,
  "<i2": Int16Array,
  "<i4": Int32Array,
  "<i8": BigInt64Array,
  "|u1": Uint8Array,
  "<u2": Uint16Array,
  "<u4": Uint32Array,
  "<u8": BigUint64Array,
  "|b1": Uint8Array,
};

type DataType = keyof typeof arrays;

/** Converts each number to the nearest float32; float32 itself is not copied. */
function toFloats(
  type: DataType,
  buffer: ArrayBuffer,
  offset: number,
  length: number,
): Float32Array {
  const numbers = new arrays[type](buffer, offset, length);
  if (numbers instanceof Float32Array) return numbers;
  if (type === "<f2") return fromHalf(numbers as Uint16Array);
  if (type === "|b1") return Float32Array.from(numbers as Uint8Array, (byte) => Math.min(byte, 1));
  return typeof numbers[0] === "bigint"
    ? Float32Array.from(numbers as BigInt64Array, Number)
    : new Float32Array(numbers as Int8Array);
}

/** `\x93NUMPY` */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limit for headers of untrusted files. */
const maxHeader = 10_000;
const maxRank = 32;
const maxExtent = 2 ** 31 - 1;

/**
 * Reads a `.npy` file.
 *
 * float16, float64, integers of 8 to 64 bits and booleans become the nearest float32. A float32
 * array is a view of the bytes if their alignment allows it. Fortran order is converted to C order.
 *
 * @param bytes The whole file, version 1, 2 or 3 of the format.
 * @param name The array's name, for messages.
 * @throws {TypeError} if it is no such file, is damaged, or holds another type.
 */
export function readNpy(bytes: Uint8Array, name: string): Tensor {
  try {
    return parse(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new TypeError(`Cannot read the array ${JSON.stringify(name)}: ${cause.message}`, {
      cause,
    });
  }
}

function parse(bytes: Uint8Array): Tensor {
  const { text, start } = findHeader(bytes);
  const { descr, fortran_order: fortranOrder, shape } = parseHeader(text);
  if (!Object.hasOwn(arrays, descr)) {
    throw new TypeError(
      `its numbers are ${JSON.stringify(descr.slice(0, 80))}, ` +
        `but only ${Object.keys(arrays).join(" ")} are known`,
    );
  }
  const type = descr as DataType, { BYTES_PER_ELEMENT: size } = arrays[type];
  const length = count(shape);
  if (length * size !== bytes.length - start) {
    throw new TypeError(
      `its shape ${showShape(shape)} of ${descr} needs ${length * size} bytes, ` +
        `but there are ${bytes.length - start}`,
    );
  }
  // Typed arrays need an offset that is a multiple of their element size; else the bytes are
  // copied.
  const aligned = (bytes.byteOffset + start) % size === 0;
  const numbers = aligned ? bytes.subarray(start) : bytes.slice(start);
  const data = toFloats(type, numbers.buffer as ArrayBuffer, numbers.byteOffset, length);
  return { shape, data: fortranOrder ? fromFortran(data, shape) : data };
}

/** The header's dictionary, and the offset of the data. */
function findHeader(bytes: Uint8Array): { text: string; start: number } {
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new TypeError('it does not start with "\\x93NUMPY"');
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3 || bytes[7] !== 0) {
    throw new TypeError(`its version is ${version}.${bytes[7]}, but only 1.0 to 3.0 are known`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maxHeader) {
    throw new TypeError(`its header claims ${length} bytes, but at most ${maxHeader} are read`);
  }
  const start = headerStart + length;
  if (start > bytes.length) throw new TypeError("it is cut off within its header");
  return { text: new TextDecoder().decode(bytes.subarray(headerStart, start)), start };
}

/** The dictionary of a header, with Python's names. */
interface Header {
  readonly descr: string;
  readonly fortran_order: boolean;
  readonly shape: Shape;
}

/** The types of its values. */
const kinds: Readonly<Record<string, string>> = {
  descr: "string",
  fortran_order: "boolean",
  shape: "object",
};

/** One `'key': value` of the dictionary: a string, a boolean or a tuple of integers. */
const item = /\s*(['"])(\w+)\1\s*:\s*(?:(['"])(.*?)\3|(True|False)|\(([\dL,\s]*)\))\s*/y;

function parseHeader(text: string): Header {
  const found: Record<string, unknown> = {};
  const header = text.trim();
  if (!header.startsWith("{") || !header.endsWith("}")) {
    throw new TypeError("its header is not a dictionary");
  }
  const items = header.slice(1, -1);
  for (let position = 0; items.slice(position).trim() !== "";) {
    item.lastIndex = position;
    const match = item.exec(items);
    const next = match === null ? "" : items.charAt(item.lastIndex);
    if (match === null || (next !== "" && next !== ",")) {
      throw new TypeError(
        `its header has ${JSON.stringify(items.slice(position, position + 40))}, ` +
          "which is no string, truth value or shape",
      );
    }
    const [, , key = "", , string, truth, extents] = match;
    const value = string ?? (truth ? truth === "True" : parseShape(extents!));
    if (typeof value !== kinds[key] || Object.hasOwn(found, key)) {
      throw new TypeError(`its header's "${key}" is repeated, unknown or of the wrong kind`);
    }
    found[key] = value;
    position = item.lastIndex + 1;
  }
  if (Object.keys(found).length < 3) {
    throw new TypeError('its header must have "descr", "fortran_order" and "shape"');
  }
  return found as unknown as Header;
}

/** A shape as Python writes it: `3, 224`, `3,` with one axis, and with Python 2 `3L, 224L`. */
function parseShape(text: string): Shape {
  const extents = text.split(",").map((extent) => extent.trim());
  if (extents.at(-1) === "") extents.pop();
  if (extents.length > maxRank) {
    throw new TypeError(`its shape has ${extents.length} axes, but at most ${maxRank} are read`);
  }
  return extents.map((extent) => {
    const number = /^\d{1,10}L?$/.test(extent) ? parseInt(extent, 10) : NaN;
    if (!(number <= maxExtent)) {
      throw new TypeError(
        `its shape has the extent "${extent.slice(0, 40)}", ` +
          `but it must be an integer of at most ${maxExtent}`,
      );
    }
    return number;
  });
}

/** Transposes a column-major array to row-major order. */
function fromFortran(data: Float32Array, shape: Shape): Float32Array {
  const result = new Float32Array(data.length);
  const strides = shape.map((_, axis) => count(shape.slice(0, axis)));
  follow({ extents: shape, strides }, data, result);
  return result;
}
