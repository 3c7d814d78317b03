/**
 * Strided reads: copies the elements of an array in another order.
 *
 * @module
 */
import type { Shape } from "./tensor.ts";

/** A strided view: where the elements of one array are in another. */
export interface Walk {
  /** The extents of its axes, the last running fastest. */
  readonly extents: Shape;
  /** The stride along each axis, in elements of the other array. */
  readonly strides: readonly number[];
  /** The offset of the first element; 0 by default. */
  readonly start?: number;
}

/** Fills `to` with the elements of a view of `from`. */
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
