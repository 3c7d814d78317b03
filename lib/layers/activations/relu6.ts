/**
 * ReLU6: clamps to 0 and 6. With a slope, negative numbers are multiplied by it instead.
 *
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/relu6_layer.cpp
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { engine } from "../bvlc/engine.ts";
import { apply, defineLayer } from "../layer.ts";

export const relu6 = defineLayer({
  type: "ReLU6",
  ops: ["relu6"],
  param: {
    name: "relu6_param",
    message: message("ReLU6Parameter", { negative_slope: float(1, 0), engine: engine(2) }),
  },

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "relu6", name, bottoms, { slope: param.negative_slope }),
  ],
});
