/**
 * Exp: `base ^ (shift + scale · x)`, of every element.
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const exp = defineLayer({
  type: "Exp",
  ops: ["exp"],
  param: {
    name: "exp_param",
    number: 111,
    message: message("ExpParameter", {
      /** −1 stands for e. */
      base: float(1, -1),
      scale: float(2, 1),
      shift: float(3, 0),
    }),
  },

  lower({ graph, name, param: { base, scale, shift }, bottoms }) {
    if (base !== -1 && base <= 0) {
      throw new TypeError(`its base is ${base}, but it must be positive, or -1 for e`);
    }
    return [apply(graph, "exp", name, bottoms, { base, scale, shift })];
  },
});
