/**
 * Softplus, Softsign, HardTanh, ThresholdedReLU and LogSoftmax of Synopsys's fork.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/log_softmax_layer.cpp
 * @module
 */
import { float, int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

/** log(1 + eˣ), the same as BNLL. */
export const softplus = defineLayer({
  type: "Softplus",
  ops: ["bnll"],
  lower: ({ graph, name, bottoms }) => [apply(graph, "bnll", name, bottoms, {})],
});

/** x / (1 + |x|) */
export const softsign = defineLayer({
  type: "Softsign",
  ops: ["abs", "eltwise", "power"],

  lower({ graph, name, bottoms }) {
    const magnitude = apply(graph, "abs", `${name}/magnitude`, bottoms, {});
    const factor = apply(graph, "power", `${name}/factor`, [magnitude], { power: -1, shift: 1 });
    return [apply(graph, "eltwise", name, [...bottoms, factor], { operation: "product" })];
  },
});

/** x clipped to −1 to 1. */
export const hardTanh = defineLayer({
  type: "HardTanh",
  ops: ["clip"],
  lower: ({ graph, name, bottoms }) => [apply(graph, "clip", name, bottoms, { min: -1, max: 1 })],
});

/** x if it is above a threshold, else 0. */
export const thresholdedRelu = defineLayer({
  type: "ThresholdedReLU",
  ops: ["clip", "eltwise", "threshold"],
  param: {
    name: "thresholded_relu_param",
    message: message("ThresholdedReLUParameter", { alpha: float(1, 1) }),
  },

  lower({ graph, name, param: { alpha }, bottoms }) {
    const isAbove = apply(graph, "threshold", `${name}/is above`, bottoms, { threshold: alpha });
    // Clipped first, since 0 · −∞ would be NaN.
    const finite = apply(graph, "clip", `${name}/clipped`, bottoms, { min: alpha });
    return [apply(graph, "eltwise", name, [finite, isAbove], { operation: "product" })];
  },
});

/** The logarithm of Softmax, with probabilities clipped to at least 1e-20. */
export const logSoftmax = defineLayer({
  type: "LogSoftmax",
  ops: ["clip", "log", "softmax"],
  param: {
    name: "log_softmax_param",
    message: message("LogSoftmaxParameter", { axis: int32(0) }),
  },

  lower({ graph, name, param: { axis }, bottoms }) {
    if (axis === undefined) {
      throw new TypeError("its log_softmax_param has no axis, and its default is unknown");
    }
    const probabilities = apply(graph, "softmax", `${name}/probabilities`, bottoms, { axis });
    const positive = apply(graph, "clip", `${name}/positive`, [probabilities], {
      min: 1e-20,
      max: 1,
    });
    return [apply(graph, "log", name, [positive], {})];
  },
});
