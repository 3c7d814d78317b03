/**
 * BilinearInterpolation: resizes an image bilinearly with aligned corners, like Interp: to the size of
 * its second bottom or, in a fork with one bottom, by an `interpolation_factor`.
 *
 * @see https://github.com/ctensmeyer/binarization_2017
 * @see https://github.com/ctensmeyer/pagenet
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const bilinearInterpolation = defineLayer({
  type: "BilinearInterpolation",
  ops: ["interp"],
  param: {
    name: "bilinear_interpolation_param",
    message: message("BilinearInterpolationParameter", { interpolation_factor: float(0) }),
  },
  bottoms: [1, 2],

  lower({ graph, name, param: { interpolation_factor: scale }, bottoms }) {
    if ((scale === undefined) !== (bottoms.length === 2)) {
      throw new TypeError("it needs either an interpolation_factor or a second bottom");
    }
    return [apply(graph, "interp", name, bottoms, scale === undefined ? {} : { scale })];
  },
});
