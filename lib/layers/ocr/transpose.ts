/**
 * Transpose: permutes the axes. All axes must be listed.
 *
 * @see https://github.com/senlinuc/caffe_ocr/blob/master/src/caffe/layers/transpose_layer.cpp
 * @module
 */
import { int32, message, repeated } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const transpose = defineLayer({
  type: "Transpose",
  ops: ["permute"],
  param: {
    name: "transpose_param",
    message: message("TransposeParameter", { dim: repeated(int32(1)) }),
  },

  lower: ({ graph, name, param: { dim: order }, bottoms }) => [
    apply(graph, "permute", name, bottoms, { order }),
  ],
});
