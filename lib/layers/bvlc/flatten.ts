/**
 * Flatten: merges a run of axes, by default all but the first.
 *
 * An image is flattened in the order channels, height, width; TensorFlow's has the channels last.
 *
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import { axisOf } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const flatten = defineLayer({
  type: "Flatten",
  ops: ["reshape"],
  param: {
    name: "flatten_param",
    number: 135,
    message: message("FlattenParameter", { axis: int32(1, 1), end_axis: int32(2, -1) }),
  },

  sharesMemory: () => true,

  lower({ graph, name, param, bottoms: [bottom] }) {
    const rank = bottom!.shape.length;
    const axis = axisOf(param.axis, rank);
    const numAxes = axisOf(param.end_axis, rank) + 1 - axis;
    if (numAxes < 0) {
      throw new TypeError(`its axis ${param.axis} is after its end_axis ${param.end_axis}`);
    }
    return [apply(graph, "reshape", name, [bottom!], { shape: [-1], axis, numAxes })];
  },
});
