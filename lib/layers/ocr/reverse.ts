/**
 * Reverse: reverses the order along an axis, by default the first; in files for Ascend, along several.
 *
 * @see https://github.com/senlinuc/caffe_ocr/blob/master/src/caffe/layers/reverse_layer.cpp
 * @module
 */
import { int32, message, repeated } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const reverse = defineLayer({
  type: "Reverse",
  ops: ["reverse"],
  param: {
    name: "reverse_param",
    message: message("ReverseParameter", { axis: repeated(int32(1)) }),
  },

  lower({ graph, name, param: { axis: given }, bottoms: [bottom] }) {
    const axes = given.length === 0 ? [0] : given;
    const twice = axes.some((axis, i) => axes.indexOf(axis) !== i);
    if (twice || axes.some((axis) => axis < 0)) {
      throw new TypeError(
        `its axis is ${axes.join(", ")}, but all must be different, and 0 or more`,
      );
    }
    return [axes.reduce((value, axis, i) => {
      const isLast = i === axes.length - 1;
      return apply(graph, "reverse", isLast ? name : `${name}/axis${axis}`, [value], { axis });
    }, bottom!)];
  },
});
