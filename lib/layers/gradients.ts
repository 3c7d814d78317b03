/**
 * Layers that change gradients and nothing else: outside training each is its bottom.
 *
 * @module
 */
import { type Field, float, message, string } from "../../proto/message.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** The layers of networks that learn what domains have in common, and OutputDecay. */
export const gradientLayers: readonly Layer[] = [
  changing("GradientScaler", "gradient_scaler_param", {
    lower_bound: float(0),
    upper_bound: float(0),
    alpha: float(0),
    max_iter: float(0),
    coeff: float(0),
  }),
  changing("GradientReversal", "gradient_reversal_param", { lambda: float(0) }),
  changing("GRL", "grl_param", { lambda: float(0) }),
  changing("OutputDecay", "output_decay_param", {
    regularization_type: string(0),
    output_decay: float(0),
  }),
];

/** A type of which it is known how it is set. Forks differ in numbers: only text files have them. */
function changing(type: string, name: string, fields: Record<string, Field<unknown>>): Layer {
  return defineLayer({
    type,
    param: { name, number: 0, message: message(`${type}Parameter`, fields) },
    lower: ({ bottoms }) => bottoms,
  });
}
