/**
 * Transposes matrices.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";
import { follow } from "../runtime/walk.ts";

/** The transpose of a row-major matrix of shape `[rows, columns]`. */
export function transpose(data: Float32Array, [rows, columns]: Shape): Float32Array {
  const result = new Float32Array(data.length);
  follow({ extents: [columns!, rows!], strides: [1, columns!] }, data, result);
  return result;
}
