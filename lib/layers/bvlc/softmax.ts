/**
 * Softmax: normalises the exponentials along an axis to probabilities.
 *
 * The axis is the channels' by default, for images too; TensorFlow's is the last.
 *
 * @module
 */
import { int32, message, onlyWith } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { engine } from "./engine.ts";

/** The settings of a softmax, also inside a loss. */
export const softmaxParam = {
  name: "softmax_param",
  number: 125,
  message: message("SoftmaxParameter", {
    engine: engine(1),
    axis: int32(2, 1),
    ...onlyWith({ temperature: 1, input_scale: 1, output_scale: 1 }),
  }),
};

export const softmax = defineLayer({
  type: "Softmax",
  ops: ["softmax"],
  param: softmaxParam,

  lower: ({ graph, name, param: { axis }, bottoms }) => [
    apply(graph, "softmax", name, bottoms, { axis }),
  ],
});
