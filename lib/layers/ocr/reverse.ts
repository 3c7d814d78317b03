/**
 * Reverse: turns the order along an axis around, the first one by default.
 *
 * @see https://github.com/senlinuc/caffe_ocr/blob/master/src/caffe/layers/reverse_layer.cpp
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const reverse = defineLayer({
  type: "Reverse",
  ops: ["reverse"],
  param: {
    name: "reverse_param",
    // Forks have given it several numbers, so only text files have it.
    number: 0,
    message: message("ReverseParameter", { axis: int32(1, 0) }),
  },

  lower({ graph, name, param: { axis }, bottoms }) {
    if (axis < 0) throw new TypeError(`its axis is ${axis}, but it must be 0 or more`);
    return [apply(graph, "reverse", name, bottoms, { axis })];
  },
});
