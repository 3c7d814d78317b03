/**
 * Shapes without axes of one element: older files have four axes for every blob, `[1, 1, 1, 10]` for a
 * vector.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";

/** The other axes of a shape. */
export function withoutOnes(shape: Shape): Shape {
  return shape.filter((extent) => extent !== 1);
}
