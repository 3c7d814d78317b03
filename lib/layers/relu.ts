/**
 * ReLU: keeps what is positive, and scales the rest by a slope, zero by default.
 *
 * @module
 */
import { float, message, onlyWith } from "../../proto/message.ts";
import { engine } from "./engine.ts";
import { apply, defineLayer } from "./layer.ts";

export const relu = defineLayer({
  type: "ReLU",
  ops: ["relu"],
  param: {
    name: "relu_param",
    number: 123,
    message: message("ReLUParameter", {
      negative_slope: float(1, 0),
      engine: engine(2),
      ...onlyWith({ relu6: false }),
    }),
  },

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "relu", name, bottoms, { slope: param.negative_slope }),
  ],
});
