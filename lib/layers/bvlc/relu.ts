/**
 * ReLU: keeps positive numbers, and multiplies others by a slope, zero by default. Synopsys's fork has
 * an upper limit, by default or always 6.
 *
 * @module
 */
import { bool, float, message, onlyWith } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { engine } from "./engine.ts";

export const relu = defineLayer({
  type: "ReLU",
  ops: ["clip", "relu", "relu6"],
  param: {
    name: "relu_param",
    number: 123,
    message: message("ReLUParameter", {
      negative_slope: float(1, 0),
      engine: engine(2),
      /** Synopsys's. */
      relu6: bool(0, false),
      /** Not used if it is 0 or less. */
      maximum: float(0, 0),
      ...onlyWith({ minimum: 0, saturate: "None" }),
    }),
  },

  lower({ graph, name, param: { negative_slope: slope, relu6, maximum }, bottoms }) {
    const max = Math.min(relu6 ? 6 : Infinity, maximum > 0 ? maximum : Infinity);
    if (max === Infinity) return [apply(graph, "relu", name, bottoms, { slope })];
    if (max === 6) return [apply(graph, "relu6", name, bottoms, { slope })];
    if (slope === 0) return [apply(graph, "clip", name, bottoms, { min: 0, max })];
    const rectified = apply(graph, "relu", `${name}/rectified`, bottoms, { slope });
    return [apply(graph, "clip", name, [rectified], { max })];
  },
});
