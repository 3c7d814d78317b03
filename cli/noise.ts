/**
 * What a network is fed where nobody says what.
 *
 * @module
 */
import { count, type Tensor } from "../runtime/tensor.ts";

/** Numbers from −128 to 128, the same each time. */
export function noise(shape: Tensor["shape"]): Tensor {
  let state = 1;
  const next = () => (state = Math.imul(state, 1664525) + 1013904223 | 0) / 2 ** 24;
  return { shape, data: Float32Array.from({ length: count(shape) }, next) };
}
