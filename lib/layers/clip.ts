/**
 * Clip: clamps to a minimum and a maximum.
 *
 * @module
 */
import { float, message } from "../../proto/message.ts";
import { apply, defineLayer } from "./layer.ts";

export const clip = defineLayer({
  type: "Clip",
  ops: ["clip"],
  param: {
    name: "clip_param",
    number: 148,
    message: message("ClipParameter", {
      /** Neither has a default: Caffe refuses a file without them. */
      min: float(1),
      max: float(2),
    }),
  },

  lower({ graph, name, param: { min, max }, bottoms }) {
    if (min === undefined || max === undefined) {
      throw new TypeError("it needs both min and max in its clip_param");
    }
    return [apply(graph, "clip", name, bottoms, { min, max })];
  },
});
