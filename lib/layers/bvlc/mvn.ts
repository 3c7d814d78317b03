/**
 * MVN: subtracts the mean of each channel of a sample, or of each whole sample, and divides by the
 * standard deviation.
 *
 * Caffe adds eps to the standard deviation; TensorFlow's normalisations add it to the variance, as
 * Synopsys's fork does with `add_eps_before_sqrt`. Its top has four axes at least.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/mvn_layer.cpp
 *
 * @module
 */
import { bool, float, message } from "../../../proto/message.ts";
import { withFourAxes } from "../four_axes.ts";
import { apply, defineLayer } from "../layer.ts";

export const mvn = defineLayer({
  type: "MVN",
  ops: ["reshape", "standardize"],
  param: {
    name: "mvn_param",
    number: 120,
    message: message("MVNParameter", {
      normalize_variance: bool(1, true),
      across_channels: bool(2, false),
      eps: float(3, 1e-9),
      /** Of Synopsys's fork. */
      add_eps_before_sqrt: bool(0, false),
    }),
  },

  lower: ({ graph, name, param, bottoms: [bottom] }) => [
    withFourAxes(
      graph,
      name,
      bottom!.shape.length,
      (node) =>
        apply(graph, "standardize", node, [bottom!], {
          over: param.across_channels ? "sample" : "plane",
          divide: param.normalize_variance,
          eps: param.eps,
          epsUnderRoot: param.add_eps_before_sqrt,
        }),
    ),
  ],
});
