/**
 * Layers that apply a function element-wise and have hardly any settings.
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { engine } from "./engine.ts";

/** Sigmoid: `1 / (1 + e⁻ˣ)`. */
export const sigmoid = defineLayer({
  type: "Sigmoid",
  ops: ["sigmoid"],
  param: {
    name: "sigmoid_param",
    number: 124,
    message: message("SigmoidParameter", { engine: engine(1) }),
  },
  lower: ({ graph, name, bottoms }) => [apply(graph, "sigmoid", name, bottoms, {})],
});

/** TanH: the hyperbolic tangent. */
export const tanh = defineLayer({
  type: "TanH",
  ops: ["tanh"],
  param: {
    name: "tanh_param",
    number: 127,
    message: message("TanHParameter", { engine: engine(1) }),
  },
  lower: ({ graph, name, bottoms }) => [apply(graph, "tanh", name, bottoms, {})],
});

/** AbsVal: the absolute value. */
export const absVal = defineLayer({
  type: "AbsVal",
  ops: ["abs"],
  lower: ({ graph, name, bottoms }) => [apply(graph, "abs", name, bottoms, {})],
});

/** BNLL: `log(1 + eˣ)`, which TensorFlow calls softplus. */
export const bnll = defineLayer({
  type: "BNLL",
  ops: ["bnll"],
  lower: ({ graph, name, bottoms }) => [apply(graph, "bnll", name, bottoms, {})],
});

/** Threshold: 1 above the threshold, 0 elsewhere. */
export const threshold = defineLayer({
  type: "Threshold",
  ops: ["threshold"],
  param: {
    name: "threshold_param",
    number: 128,
    message: message("ThresholdParameter", { threshold: float(1, 0) }),
  },
  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "threshold", name, bottoms, { threshold: param.threshold }),
  ],
});
