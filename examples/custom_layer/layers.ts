/**
 * A custom layer: `SoftArgmax`, the last layer of some networks for pose estimation.
 *
 * @module
 */
import { apply, defineLayer, float, type Layer, message } from "../../mod.ts";
import { softArgmax } from "./ops.ts";

export { ops } from "./ops.ts";

const softArgmaxLayer = defineLayer({
  type: "SoftArgmax",
  param: {
    name: "soft_argmax_param",
    // The field number in the fork's caffe.proto; 0 if only text files are read.
    number: 177,
    message: message("SoftArgmaxParameter", { sharpness: float(1, 1) }),
  },

  lower({ graph, name, param: { sharpness }, bottoms }) {
    if (!(sharpness > 0)) throw new TypeError(`its sharpness is ${sharpness}, not above 0`);
    return [apply(graph, softArgmax, name, bottoms, { sharpness })];
  },
});

/** The layers that `--layers` loads. */
export const layers: readonly Layer[] = [softArgmaxLayer];
