/**
 * Tensors that are defined element by element.
 *
 * @module
 */
import { count, type Tensor } from "../../runtime/tensor.ts";

/** A tensor whose elements are a function of their indices. */
export function tensorOf(
  shape: readonly number[],
  element: (...place: number[]) => number,
): Tensor {
  const data = Float32Array.from({ length: count(shape) }, (_, i) => {
    const place: number[] = [];
    shape.toReversed().reduce((rest, extent) => {
      place.unshift(rest % extent);
      return Math.floor(rest / extent);
    }, i);
    return element(...place);
  });
  return { shape, data };
}

/** The element at some indices. */
export function at({ shape, data }: Tensor, ...place: readonly number[]): number {
  return data[place.reduce((offset, index, axis) => offset * shape[axis]! + index, 0)]!;
}

/** Pseudorandom numbers between −scale / 2 and scale / 2. */
export function numbers(shape: readonly number[], salt: number, scale = 4): Tensor {
  const data = Float32Array.from(
    { length: count(shape) },
    (_, i) => ((i * 7919 + salt * 104729) % 1009 / 1009 - 0.5) * scale,
  );
  return { shape, data };
}
