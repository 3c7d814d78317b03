/**
 * Power: `(shift + scale · x) ^ power`, of every element.
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const power = defineLayer({
  type: "Power",
  ops: ["power"],
  param: {
    name: "power_param",
    number: 122,
    message: message("PowerParameter", {
      power: float(1, 1),
      scale: float(2, 1),
      shift: float(3, 0),
    }),
  },

  lower: ({ graph, name, param: { power, scale, shift }, bottoms }) => [
    apply(graph, "power", name, bottoms, { power, scale, shift }),
  ],
});
