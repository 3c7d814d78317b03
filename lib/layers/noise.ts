/**
 * Noise: adds numbers by chance in training. In some forks it does so whenever it runs: those have a
 * `filler_param`, and are refused.
 *
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/noise_layer.cpp
 * @see https://github.com/jyegerlehner/caffe/blob/master/src/caffe/layers/noise_layer.cpp
 * @module
 */
import { float, message, nested } from "../../proto/message.ts";
import { FillerParameter } from "../caffe/schema.ts";
import { defineLayer } from "./layer.ts";

export const noise = defineLayer({
  type: "Noise",
  param: {
    name: "noise_param",
    // Forks have given it several numbers, so only text files have it.
    number: 0,
    message: message("NoiseParameter", {
      gaussian_std: float(0),
      uniform_range: float(0),
      bias: float(0, 0),
      filler_param: nested(0, FillerParameter),
    }),
  },

  lower({ param, bottoms }) {
    if (param.filler_param !== undefined) {
      throw new TypeError(
        "it has a filler_param, by which it adds noise outside training too: take the layer out " +
          "of the prototxt, and let its program add the noise",
      );
    }
    return bottoms;
  },
});
