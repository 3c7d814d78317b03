/**
 * SeLU: `λ · x` where `x` is positive, `λ · α · (eˣ − 1)` elsewhere. Its constants keep the mean of
 * activations at 0 and their variance at 1. SeLuDropout is the dropout that goes with it: the identity
 * outside training.
 *
 * @see https://arxiv.org/abs/1706.02515
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const selu = defineLayer({
  type: "SeLU",
  ops: ["elu", "power"],
  param: {
    name: "selu_param",
    message: message("SeLUParameter", {
      alpha: float(1, 1.6732632423543772),
      lambda: float(2, 1.0507009873554805),
    }),
  },

  lower({ graph, name, param: { alpha, lambda }, bottoms }) {
    const elu = apply(graph, "elu", `${name}/elu`, bottoms, { alpha });
    return [apply(graph, "power", name, [elu], { scale: lambda })];
  },
});

export const seluDropout = defineLayer({
  type: "SeLuDropout",
  param: {
    name: "selu_dropout_param",
    message: message("SeLuDropoutParameter", {
      dropout_ratio: float(0, 0.1),
      alpha: float(0, -1.7580993408473766),
    }),
  },
  lower: ({ bottoms }) => bottoms,
});
