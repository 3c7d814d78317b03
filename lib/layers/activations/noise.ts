/**
 * Noise: adds random numbers in training. Forks with a `filler_param` also do so outside training;
 * those are refused.
 *
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/noise_layer.cpp
 * @see https://github.com/jyegerlehner/caffe/blob/master/src/caffe/layers/noise_layer.cpp
 *
 * @module
 */
import { float, message, nested } from "../../../proto/message.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { defineLayer } from "../layer.ts";

export const noise = defineLayer({
  type: "Noise",
  param: {
    name: "noise_param",
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
        "it has a filler_param, so that it adds noise outside training too; remove the layer from " +
          "the prototxt, and add the noise to the input",
      );
    }
    return bottoms;
  },
});
