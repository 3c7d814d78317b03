/**
 * Unsqueeze: adds an axis of extent 1.
 *
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const unsqueeze = defineLayer({
  type: "Unsqueeze",
  ops: ["reshape"],
  param: {
    name: "unsqueeze_param",
    number: 502,
    message: message("UnsqueezeParameter", { dim: int32(1) }),
  },

  lower({ graph, name, param: { dim: axis }, bottoms }) {
    if (axis === undefined) {
      throw new TypeError("it has no dim, but needs the position of the new axis");
    }
    return [apply(graph, "reshape", name, bottoms, { shape: [1], axis, numAxes: 0 })];
  },
});
