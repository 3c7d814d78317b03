/**
 * Layers that only change gradients: the identity outside training.
 *
 * @see https://github.com/zhuhan1236/mmd-caffe/blob/master/src/caffe/layers/mmd_layer.cpp
 * @module
 */
import { float, message, string } from "../../../proto/message.ts";
import type { NetLayer, ParamField } from "../../caffe/net.ts";
import { defineLayer, type Layer } from "../layer.ts";

/**
 * MMDLoss, of domain adaptation. In place, it adds the gradient of a loss to features by their labels,
 * and later layers read the same features; in later forks it is a loss with a top of its own.
 */
const mmdLoss = defineLayer({
  type: "MMDLoss",
  param: { name: "mmd_param", message: message("", {}) },
  bottoms: [2, 2],
  tops: [0, 1],
  uses: (layer) => isInPlace(layer) ? 1 : undefined,
  leftOut: (layer) => isInPlace(layer) ? undefined : "only training compares two domains",
  lower: ({ bottoms: [features] }) => [features!],
});

function isInPlace({ bottoms, tops }: NetLayer): boolean {
  return bottoms[0] === tops[0];
}

/** The layers of domain adaptation, and OutputDecay. */
export const gradientLayers: readonly Layer[] = [
  changing("GradientReversal"),
  changing("GRL"),
  mmdLoss,
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
