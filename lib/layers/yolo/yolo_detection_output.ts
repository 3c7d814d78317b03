/**
 * YoloDetectionOutput: the boxes that YOLO v2 has found, in one or two grids that share their
 * anchors, selected on the CPU after all other ops. As in the fork, non-maximum suppression mixes the
 * boxes of all images of a batch, and all have the image index 0.
 *
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/yolo_detection_output_layer.cpp
 * @module
 */
import { float, floats, message, string, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

export const yoloDetectionOutput = defineLayer({
  type: "YoloDetectionOutput",
  ops: ["yoloOutput"],
  param: {
    name: "yolo_detection_output_param",
    message: message("YoloDetectionOutputParameter", {
      /** The side of the grid; unused, since the bottom has it. */
      side: uint32(1, 13),
      num_classes: uint32(2, 0),
      num_box: uint32(3, 5),
      coords: uint32(4, 4),
      confidence_threshold: float(5, 0.01),
      nms_threshold: float(6, 0.45),
      /** The anchors, width and height in cells. */
      biases: floats(7),
      label_map_file: string(8),
    }),
  },
  bottoms: [1, 2],

  lower({ graph, name, param, bottoms }) {
    const { num_classes, num_box: boxes, biases } = param;
    expectPositive({ num_classes });
    if (biases.length < 2 * boxes) {
      throw new TypeError(
        `it has ${biases.length} biases, but ${boxes} boxes need ${2 * boxes}`,
      );
    }
    const anchors = [...biases.subarray(0, 2 * boxes)];
    return [
      apply(graph, "yoloOutput", name, bottoms, {
        classes: num_classes,
        boxes,
        anchors: bottoms.flatMap(() => anchors),
        scores: "softmax",
        confidence: param.confidence_threshold,
        overlap: param.nms_threshold,
      }),
    ];
  },
});
