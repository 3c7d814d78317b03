/**
 * Layers that only change gradients: the identity outside training.
 *
 * @module
 */
import { float, message, string } from "../../../proto/message.ts";
import type { ParamField } from "../../caffe/net.ts";
import { defineLayer, type Layer } from "../layer.ts";

/** The layers of domain adaptation, and OutputDecay. */
export const gradientLayers: readonly Layer[] = [
  changing("GradientReversal"),
  changing("GRL"),
  changing("GradientScaler", {
    name: "gradient_scaler_param",
    message: message("GradientScalerParameter", {
      lower_bound: float(0),
      upper_bound: float(0),
      alpha: float(0),
      max_iter: float(0),
    }),
  }),
  changing("OutputDecay", {
    name: "output_decay_param",
    message: message("OutputDecayParameter", {
      regularization_type: string(0),
      output_decay: float(0),
    }),
  }),
];

function changing(type: string, param?: ParamField<unknown>): Layer {
  return defineLayer({
    type,
    ...(param === undefined ? {} : { param }),
    lower: ({ bottoms }) => bottoms,
  });
}
