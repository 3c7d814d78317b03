/**
 * Copies numbers into the order in which they are found by their coordinates.
 *
 * @module
 */
import type { Shape } from "./tensor.ts";

/** Where the elements of one array lie in another. */
export interface Walk {
  /** The elements, counted along axes of the walk's own, the last running fastest. */
  readonly extents: Shape;
  /** How far apart in the other array the neighbours along each of these axes lie. */
  readonly strides: readonly number[];
  /** Where the first of them lies: 0, unless said otherwise. */
  readonly start?: number;
}

/** Fills an array with what a walk finds in another one. */
export function follow(
  { extents, strides, start = 0 }: Walk,
  from: Float32Array,
  to: Float32Array,
): void {
  const run = extents.at(-1) ?? 1, step = strides.at(-1) ?? 0;
  const position = extents.map(() => 0);
  for (let i = 0, first = start; i < to.length;) {
    if (step === 1 && run > 32) {
      to.set(from.subarray(first, first + run), i);
      i += run;
    } else {
      for (let k = 0, at = first; k < run; k++, at += step) to[i++] = from[at]!;
    }
    for (let axis = extents.length - 2; axis >= 0; axis--) {
      first += strides[axis]!;
      if (++position[axis]! < extents[axis]!) break;
      first -= strides[axis]! * extents[axis]!;
      position[axis] = 0;
    }
  }
}
