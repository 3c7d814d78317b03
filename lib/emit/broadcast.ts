/**
 * NumPy's broadcasting, for shapes with −1 for dynamic extents.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";

/** The shape of an element-wise function of two tensors. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return x === 1 ? y : x;
  });
}
