/**
 * Permutes the axes of arrays.
 *
 * @module
 */
import { defer, deferredBytes } from "../proto/deferred.ts";
import { stridesOf } from "../runtime/ops/move.ts";
import { count, type Shape } from "../runtime/tensor.ts";

/** The edge of the squares that are transposed at a time, so that they stay in the cache. */
const tileSize = 32;

/** The transpose of a row-major matrix of shape `[rows, columns]`. */
export function transpose(data: Float32Array, shape: Shape): Float32Array {
  return permuteAxes(data, shape, [1, 0]);
}

/**
 * An array with its axes permuted.
 *
 * @param order For each axis of the result, its axis in the array.
 */
export function permuteAxes<Numbers extends Float32Array | Int32Array>(
  data: Numbers,
  shape: Shape,
  order: readonly number[],
): Numbers {
  const result = new Int32Array(count(shape));
  // Bits are copied, because NaNs might change as floats.
  const from = new Int32Array(data.buffer, data.byteOffset, data.length);
  permute(from, shape[0] ?? 1, shape, order, result, 0);
  const numbers = data instanceof Int32Array ? result : new Float32Array(result.buffer);
  return numbers as Numbers;
}

/** The least number of bytes of a deferred array that are permuted at a time. */
const blockSize = 1 << 22;

/**
 * A deferred array with its axes permuted, deferred as well: it is in memory from the moment when its
 * first bytes are read until its last ones are.
 *
 * @param size The least number of bytes that are permuted at a time.
 */
export function permuteLater(
  data: Float32Array,
  shape: Shape,
  order: readonly number[],
  size = blockSize,
): Float32Array<ArrayBuffer> {
  const source = deferredBytes(data)!, [rows = 1, ...rest] = shape, row = count(rest);
  const pitch = count(order.slice(order.indexOf(0) + 1).map((axis) => shape[axis]!));
  const most = Math.ceil(size / 4 / row);
  const fill = (result: Int32Array) => {
    for (let start = 0; start < rows; start += most) {
      const here = Math.min(most, rows - start), block = new Int32Array(here * row);
      source.read(4 * start * row, new Uint8Array(block.buffer));
      permute(block, here, shape, order, result, start * pitch);
    }
  };
  let whole: Int32Array<ArrayBuffer> | undefined;
  return defer(data.length, (position, into) => {
    if (into.length === data.byteLength) {
      return fill(new Int32Array(into.buffer, into.byteOffset, data.length));
    }
    if (whole === undefined) {
      whole = new Int32Array(data.length);
      fill(whole);
    }
    into.set(new Uint8Array(whole.buffer, position, into.length));
    const isLast = position + into.length === data.byteLength;
    if (isLast) whole = undefined;
  });
}

/**
 * Permutes the axes of consecutive rows of an array.
 *
 * @param rows Their number.
 * @param shape The shape of the whole array.
 * @param start Where the first element goes.
 */
function permute(
  from: Int32Array,
  rows: number,
  shape: Shape,
  order: readonly number[],
  result: Int32Array,
  start: number,
): void {
  const axes = mergeAxes(shape, order, rows);
  const last = axes.at(-1)!, contiguous = axes.find(({ stride }) => stride === 1)!;
  const copy = last === contiguous
    ? (at: number, to: number) => result.set(from.subarray(at, at + last.extent), to)
    : (at: number, to: number) => transposeTiles(from, at, result, to, contiguous, last);
  const visit = ([axis, ...inner]: readonly Axis[], at: number, to: number): void => {
    if (axis === undefined) return copy(at, to);
    for (let i = 0; i < axis.extent; i++) visit(inner, at + i * axis.stride, to + i * axis.pitch);
  };
  visit(axes.filter((axis) => axis !== last && axis !== contiguous), 0, start);
}

/** An axis of the result. */
interface Axis {
  readonly extent: number;
  /** Its stride in the array, in elements. */
  readonly stride: number;
  /** Its stride in the result. */
  readonly pitch: number;
}

/**
 * The axes of the result without those of extent 1; axes that stay adjacent become one.
 *
 * @param rows The extent of the array's first axis, as far as it is there.
 */
function mergeAxes(shape: Shape, order: readonly number[], rows: number): readonly Axis[] {
  const strides = stridesOf(shape), pitches = stridesOf(order.map((axis) => shape[axis]!));
  const axes: Axis[] = [];
  for (const [i, axis] of order.entries()) {
    const extent = axis === 0 ? rows : shape[axis]!;
    const stride = strides[axis]!, pitch = pitches[i]!;
    const before = axes.at(-1);
    if (shape[axis] === 1) continue;
    if (before?.stride === extent * stride) {
      axes[axes.length - 1] = { extent: before.extent * extent, stride, pitch };
    } else axes.push({ extent, stride, pitch });
  }
  return axes.length > 0 ? axes : [{ extent: count(shape), stride: 1, pitch: 1 }];
}

/** Copies the elements along two axes: one contiguous in the array, one in the result. */
function transposeTiles(
  from: Int32Array,
  at: number,
  result: Int32Array,
  to: number,
  rows: Axis,
  columns: Axis,
): void {
  for (let row = 0; row < rows.extent; row += tileSize) {
    const rowEnd = Math.min(rows.extent, row + tileSize);
    for (let column = 0; column < columns.extent; column += tileSize) {
      const columnEnd = Math.min(columns.extent, column + tileSize);
      for (let i = row; i < rowEnd; i++) {
        const start = at + i, first = to + i * rows.pitch;
        for (let k = column; k < columnEnd; k++) {
          result[first + k] = from[start + k * columns.stride]!;
        }
      }
    }
  }
}
