/**
 * SpatialDropoutLayer: a Dropout of whole channels that ENet has in Python. Unlike Caffe's it also
 * enlarges what it is given when nothing is dropped any more.
 *
 * @see https://github.com/TimoSaemann/caffe-enet/blob/master/python/spatial_dropout.py
 * @module
 */
import { apply } from "../layer.ts";
import { definePythonLayer } from "../python_layer.ts";

export const spatialDropoutLayer = definePythonLayer({
  name: "spatial_dropout.SpatialDropoutLayer",
  settings: ["phase", "p"],
  bottoms: [1, 1],
  tops: [1, 1],

  lower({ graph, name, bottoms }, settings) {
    const phase = settings.get("phase"), p = Number(settings.get("p"));
    if (phase === "TRAIN") {
      throw new TypeError(
        "its param_str says the phase TRAIN, in which it drops channels by chance; write 'TEST'",
      );
    }
    if (!(p > 0 && p < 1)) {
      throw new TypeError(`the p in its param_str is ${settings.get("p")}, not between 0 and 1`);
    }
    return [apply(graph, "power", name, bottoms, { scale: 1 / (1 - p) })];
  },
});
