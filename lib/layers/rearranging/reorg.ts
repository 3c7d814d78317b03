/**
 * Reorg: Darknet's rearrangement of height and width into channels, which differs from TensorFlow's
 * space-to-depth.
 *
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/reorg_layer.cpp
 * @module
 */
import { bool, message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const reorg = defineLayer({
  type: "Reorg",
  ops: ["reorg"],
  param: {
    name: "reorg_param",
    message: message("ReorgParameter", { stride: uint32(1, 0), reverse: bool(2, false) }),
  },

  lower: ({ graph, name, param, bottoms }) => [apply(graph, "reorg", name, bottoms, param)],
});

/** ReorgYolo: the same in OpenVINO, in one direction only. */
export const reorgYolo = defineLayer({
  type: "ReorgYolo",
  ops: ["reorg"],
  param: {
    name: "reorg_yolo_param",
    message: message("ReorgYoloParameter", { stride: uint32(1, 0) }),
  },

  lower: ({ graph, name, param, bottoms }) => [apply(graph, "reorg", name, bottoms, param)],
});
