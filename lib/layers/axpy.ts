/**
 * Axpy: multiplies each channel of the second bottom by its number in the first, and adds the
 * third.
 *
 * @see https://github.com/hujie-frank/SENet
 * @module
 */
import { count, sameShape, showShape } from "../../runtime/tensor.ts";
import { apply, defineLayer } from "./layer.ts";

export const axpy = defineLayer({
  type: "Axpy",
  ops: ["affine", "eltwise", "reshape"],
  bottoms: [3, 3],

  lower({ graph, name, bottoms: [a, x, y], shapes }) {
    const [scale, first, second] = shapes;
    const plane = first!.slice(0, 2);
    if (
      !sameShape(first!, second!) || !sameShape(scale!.slice(0, 2), plane) ||
      count(scale!) !== count(plane)
    ) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be a scale [N, C] or ` +
          "[N, C, 1, 1] and two blobs [N, C, H, W] of one shape",
      );
    }
    const perPlane = sameShape(scale!, plane)
      ? a!
      : apply(graph, "reshape", `${name}/scale`, [a!], { shape: [-1], axis: 1 });
    const scaled = apply(graph, "affine", `${name}/scaled`, [x!, perPlane], {
      axis: 0,
      terms: "scale",
    });
    return [apply(graph, "eltwise", name, [scaled, y!], { operation: "sum" })];
  },
});
