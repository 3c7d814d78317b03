/**
 * Flip: mirrors images, left to right by default, or top to bottom. Mirror does so left to right.
 *
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/flip_layer.cpp
 * @see https://github.com/leonzfa/iResNet/blob/master/src/caffe/layers/mirror_layer.cu
 *
 * @module
 */
import { bool, message } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const flip = defineLayer({
  type: "Flip",
  ops: ["reverse"],
  param: {
    name: "flip_param",
    message: message("FlipParameter", { flip_width: bool(1, true), flip_height: bool(2, false) }),
  },

  lower({ graph, name, param: { flip_width, flip_height }, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const rows = flip_height
      ? apply(graph, "reverse", flip_width ? `${name}/rows` : name, [bottom!], { axis: 2 })
      : bottom!;
    return [flip_width ? apply(graph, "reverse", name, [rows], { axis: 3 }) : rows];
  },
});

export const mirror = defineLayer({
  type: "Mirror",
  ops: ["reverse"],

  lower({ graph, name, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    return [apply(graph, "reverse", name, [bottom!], { axis: 3 })];
  },
});
