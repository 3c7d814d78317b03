/**
 * ReLU6: clamps to 0 and 6. With a slope, negative numbers are multiplied by it instead. The fork of
 * brocolli, which converts PyTorch, has another limit as a setting.
 *
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/relu6_layer.cpp
 * @see https://pypi.org/project/brocolli-caffe/
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { engine } from "../bvlc/engine.ts";
import { apply, defineLayer } from "../layer.ts";

export const relu6 = defineLayer({
  type: "ReLU6",
  ops: ["clip", "relu", "relu6"],
  param: {
    name: "relu6_param",
    message: message("ReLU6Parameter", {
      negative_slope: float(1, 0),
      engine: engine(2),
      /** brocolli's. */
      threshold: float(0, 6),
    }),
  },

  lower({ graph, name, param: { negative_slope: slope, threshold }, bottoms }) {
    if (threshold === 6) return [apply(graph, "relu6", name, bottoms, { slope })];
    const rectified = apply(graph, "relu", `${name}/rectified`, bottoms, { slope });
    return [apply(graph, "clip", name, [rectified], { max: threshold })];
  },
});
