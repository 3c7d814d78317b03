/**
 * BroadcastMul: multiplies each channel of the first bottom by its number in the second,
 * `[N, C]` or `[N, C, 1, 1]`; SE blocks of networks that were converted from MXNet have it.
 *
 * @module
 */
import { showShape } from "../../../runtime/tensor.ts";
import { defineLayer } from "../layer.ts";
import { timesPlanes } from "./times_planes.ts";

export const broadcastMul = defineLayer({
  type: "BroadcastMul",
  ops: ["affine", "reshape"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [x, factors], shapes }) {
    const product = timesPlanes(graph, name, x!, factors!, `${name}/factors`);
    if (product !== undefined) return [product];
    throw new TypeError(
      `its bottoms are ${shapes.map(showShape).join(" and ")}, but the second must have one ` +
        "number for each channel of the first: [N, C] or [N, C, 1, 1]",
    );
  },
});
