/**
 * Broadcasting as NumPy does it, where an extent may be open, −1.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";

/** The shape of what two tensors give element by element. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return x === 1 ? y : x;
  });
}
