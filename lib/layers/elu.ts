/**
 * ELU: keeps what is positive; the rest approaches −alpha along an exponential.
 *
 * TensorFlow's `elu` has no alpha: it is 1 there.
 *
 * @module
 */
import { float, message } from "../../proto/message.ts";
import { apply, defineLayer } from "./layer.ts";

export const elu = defineLayer({
  type: "ELU",
  ops: ["elu"],
  param: {
    name: "elu_param",
    number: 140,
    message: message("ELUParameter", { alpha: float(1, 1) }),
  },

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "elu", name, bottoms, { alpha: param.alpha }),
  ],
});
