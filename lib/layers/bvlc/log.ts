/**
 * Log: the logarithm of `shift + scale · x`, of every element.
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const log = defineLayer({
  type: "Log",
  ops: ["log"],
  param: {
    name: "log_param",
    number: 134,
    message: message("LogParameter", {
      /** −1 stands for e. */
      base: float(1, -1),
      scale: float(2, 1),
      shift: float(3, 0),
    }),
  },

  lower({ graph, name, param: { base, scale, shift }, bottoms }) {
    if (base !== -1 && (base <= 0 || base === 1)) {
      throw new TypeError(`its base is ${base}, but it must be positive and not 1, or -1 for e`);
    }
    return [apply(graph, "log", name, bottoms, { base, scale, shift })];
  },
});
