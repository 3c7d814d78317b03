/**
 * Matrices with rows and columns exchanged.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";
import { follow } from "../runtime/walk.ts";

/** A matrix of so many rows and columns, column by column. */
export function transpose(data: Float32Array, [rows, columns]: Shape): Float32Array {
  const result = new Float32Array(data.length);
  follow({ extents: [columns!, rows!], strides: [1, columns!] }, data, result);
  return result;
}
