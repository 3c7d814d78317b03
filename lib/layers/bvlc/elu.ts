/**
 * ELU: `x` where it is positive, `alpha · (eˣ − 1)` elsewhere.
 *
 * TensorFlow's `elu` has an alpha of 1.
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

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
