/**
 * Swish: `x · sigmoid(beta · x)`, of every element.
 *
 * @see https://arxiv.org/abs/1710.05941
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const swish = defineLayer({
  type: "Swish",
  ops: ["swish"],
  param: {
    name: "swish_param",
    number: 147,
    message: message("SwishParameter", { beta: float(1, 1) }),
  },

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "swish", name, bottoms, { beta: param.beta }),
  ],
});
