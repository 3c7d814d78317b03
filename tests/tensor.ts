/**
 * Tensors of given numbers.
 *
 * @module
 */
import type { Shape, Tensor } from "../runtime/tensor.ts";

/** A tensor of some numbers. */
export function tensor(shape: Shape, ...numbers: readonly number[]): Tensor {
  return { shape, data: Float32Array.from(numbers) };
}
