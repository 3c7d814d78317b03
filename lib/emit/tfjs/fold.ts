/**
 * Folds rearrangements of constants.
 *
 * @module
 */
import { count, type Shape } from "../../../runtime/tensor.ts";
import { deferredBytes, numbersOf } from "../../../proto/deferred.ts";
import { permuteAxes, permuteLater } from "../../transpose.ts";
import type { TfValue } from "./node.ts";

/**
 * The numbers of a constant after an op. Where deferred ones are only permuted, they remain so.
 *
 * @param shape The shape of the result.
 * @param argument The permutation, the begin of the block, or the padding value and offsets.
 */
export function fold(
  op: "PadV2" | "Reshape" | "Slice" | "Transpose",
  { data, shape: from }: TfValue,
  shape: Shape,
  argument: readonly number[],
): Float32Array | Int32Array {
  if (op === "Reshape") return data!;
  const isDeferred = data instanceof Float32Array && deferredBytes(data) !== undefined;
  if (op === "Transpose") {
    return isDeferred ? permuteLater(data, from, argument) : permuteAxes(data!, from, argument);
  }
  if (isDeferred) numbersOf(data);
  const strides = from.map((_, axis) => count(from.slice(axis + 1)));
  const length = count(shape);
  const result = data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  // A block and a padding are both a window over the constant, which may start before it and end after
  // it; what is outside is the padding's value.
  const starts = op === "Slice" ? argument : argument.slice(1).map((before) => -before);
  const limits = op === "PadV2" ? from : shape.map(() => Infinity);
  const last = shape.length - 1, row = shape[last]!, start = starts[last]!;
  /** Of the row of the result, the indices along all axes but the last. */
  const position = new Array<number>(last).fill(0);
  for (let i = 0; i < length; i += row) {
    let at = start, inside = true;
    for (let axis = 0; axis < last; axis++) {
      const k = position[axis]! + starts[axis]!;
      inside &&= k >= 0 && k < limits[axis]!;
      at += k * strides[axis]!;
    }
    for (let k = 0; k < row; k++) {
      const isThere = inside && start + k >= 0 && start + k < limits[last]!;
      result[i + k] = isThere ? data![at + k]! : argument[0]!;
    }
    advance(position, shape);
  }
  return result;
}

/** Moves a position on by one in row-major order. */
function advance(position: number[], shape: Shape): void {
  for (let axis = position.length - 1; axis >= 0; axis--) {
    position[axis]!++;
    if (position[axis]! < shape[axis]!) return;
    position[axis] = 0;
  }
}
