/**
 * The shapes of the results of array ops, with −1 for dynamic extents, and their padding.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";

/** The padding before and after an axis. */
export type Padding = readonly [before: number, after: number];

/** The shape of an element-wise function of two tensors, broadcast as in NumPy. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return x === 1 ? y : x;
  });
}

/** The shape of tensors that are joined along an axis. */
export function concatenated(shapes: readonly Shape[], axis: number): Shape {
  const extents = shapes.map((shape) => shape[axis]!);
  return shapes[0]!.with(axis, extents.includes(-1) ? -1 : extents.reduce((a, b) => a + b));
}

/** The shape of a reduction, whose axes are kept with extent 1, or removed. */
export function reduced(shape: Shape, axes: Shape, keep: boolean): Shape {
  return keep
    ? shape.map((extent, axis) => axes.includes(axis) ? 1 : extent)
    : shape.filter((_, axis) => !axes.includes(axis));
}
