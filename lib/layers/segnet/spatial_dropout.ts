/**
 * ENet's SpatialDropoutLayer, a Python layer: a Dropout of whole channels. Unlike Caffe's Dropout, it
 * also scales its input in the test phase.
 *
 * @see https://github.com/TimoSaemann/caffe-enet/blob/master/python/spatial_dropout.py
 * @module
 */
import { apply } from "../layer.ts";
import { definePythonLayer } from "../python/python_layer.ts";

export const spatialDropoutLayer = definePythonLayer({
  name: "spatial_dropout.SpatialDropoutLayer",
  settings: ["phase", "p"],
  bottoms: [1, 1],
  tops: [1, 1],

  lower({ graph, name, bottoms }, settings) {
    const phase = settings.get("phase"), p = Number(settings.get("p"));
    if (phase === "TRAIN") {
      throw new TypeError(
        "its param_str has the phase TRAIN, in which it drops channels at random; write 'TEST'",
      );
    }
    if (!(p > 0 && p < 1)) {
      throw new TypeError(`the p in its param_str is ${settings.get("p")}, not between 0 and 1`);
    }
    return [apply(graph, "power", name, bottoms, { scale: 1 / (1 - p) })];
  },
});
