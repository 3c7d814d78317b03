/**
 * BroadcastMul: multiplies each channel of the first bottom by its number in the second,
 * `[N, C]` or `[N, C, 1, 1]`; SE blocks of networks that were converted from MXNet have it.
 *
 * @module
 */
import { count, sameShape, showShape } from "../../runtime/tensor.ts";
import { apply, defineLayer } from "./layer.ts";

export const broadcastMul = defineLayer({
  type: "BroadcastMul",
  ops: ["affine", "reshape"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [x, factors] }) {
    const plane = x!.shape.slice(0, 2), { shape } = factors!;
    if (!sameShape(shape.slice(0, 2), plane) || count(shape) !== count(plane)) {
      throw new TypeError(
        `its bottoms are ${showShape(x!.shape)} and ${
          showShape(shape)
        }, but the second must have ` +
          "one number for each channel of the first: [N, C] or [N, C, 1, 1]",
      );
    }
    const flat = sameShape(shape, plane)
      ? factors!
      : apply(graph, "reshape", `${name}/factors`, [factors!], { shape: [-1], axis: 1 });
    return [apply(graph, "affine", name, [x!, flat], { axis: 0, terms: "scale" })];
  },
});
