/**
 * Clip: clamps to a minimum and a maximum, which SenseTime's tool chain calls `min_val` and `max_val`.
 * BReLU of DehazeNet is the same.
 *
 * @see https://github.com/caibolun/DehazeNet
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const clip = defineLayer({
  type: "Clip",
  ops: ["clip"],
  param: {
    name: "clip_param",
    number: 148,
    message: message("ClipParameter", {
      /** Neither has a default: Caffe refuses a file without them. */
      min: float(1),
      max: float(2),
      min_val: float(0),
      max_val: float(0),
    }),
  },

  lower({ graph, name, param, bottoms }) {
    const { min = param.min_val, max = param.max_val } = param;
    if (min === undefined || max === undefined) {
      throw new TypeError("it needs both min and max in its clip_param");
    }
    return [apply(graph, "clip", name, bottoms, { min, max })];
  },
});

export const brelu = defineLayer({
  type: "BReLU",
  ops: ["clip"],
  param: {
    name: "brelu_param",
    message: message("BReLUParameter", { minval: float(0), maxval: float(0) }),
  },

  lower({ graph, name, param: { minval, maxval }, bottoms }) {
    if (minval === undefined || maxval === undefined) {
      throw new TypeError("it needs both minval and maxval in its brelu_param");
    }
    return [apply(graph, "clip", name, bottoms, { min: minval, max: maxval })];
  },
});
