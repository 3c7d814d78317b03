/**
 * ReverseTime: reverses sequences `[T, N, …]`, each up to its length in the second bottom.
 *
 * @see https://github.com/senlinuc/caffe_ocr/blob/master/src/caffe/layers/reverse_time_layer.cpp
 * @module
 */
import { bool, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const reverseTime = defineLayer({
  type: "ReverseTime",
  ops: ["reverseTime"],
  param: {
    name: "reverse_time_param",
    message: message("ReverseTimeParameter", { copy_remaining: bool(1, false) }),
  },
  bottoms: [2, 2],

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "reverseTime", name, bottoms, { keepRest: param.copy_remaining }),
  ],
});
