/**
 * Yolov3DetectionOutput: the boxes that YOLO v3 has found, in one grid for each bottom, selected on
 * the CPU after all other ops. As in the fork, non-maximum suppression mixes the boxes of all images
 * of a batch and of all classes, and all have the image index 0.
 *
 * The fork knows no `scale_x_y`, by which YOLO v4 moves the centres of boxes: it can be set here, in
 * text, so that Darknet's networks are decoded as by Darknet.
 *
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/yolov3_detection_output_layer.cpp
 * @module
 */
import { bool, float, floats, message, repeated, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

export const yolov3DetectionOutput = defineLayer({
  type: "Yolov3DetectionOutput",
  ops: ["yoloOutput"],
  param: {
    name: "yolov3_detection_output_param",
    message: message("Yolov3DetectionOutputParameter", {
      num_classes: uint32(1, 0),
      num_box: uint32(2, 3),
      confidence_threshold: float(3, 0.01),
      nms_threshold: float(4, 0.45),
      /** All anchors, width and height in pixels. */
      biases: floats(5),
      /** The size of a cell in pixels, for each grid. */
      anchors_scale: repeated(uint32(6)),
      /** The number of grids. */
      mask_group_num: uint32(7, 2),
      /** The indices of the anchors of each grid, concatenated. */
      mask: repeated(uint32(8)),
      gaussian_box: bool(9, false),
      /** For each grid. */
      scale_x_y: repeated(float(0)),
    }),
  },
  bottoms: [1, Infinity],

  lower({ graph, name, param, bottoms }) {
    const { num_classes, num_box: boxes, biases, mask, mask_group_num: grids } = param;
    expectPositive({ num_classes });
    if (param.gaussian_box) {
      throw new TypeError(
        "its gaussian_box is true, for which the fork reads uninitialized memory; set it to false",
      );
    }
    if (bottoms.length !== grids) {
      throw new TypeError(
        `its mask_group_num is ${grids}, but must be its number of bottoms, ${bottoms.length}`,
      );
    }
    const reach = param.scale_x_y;
    if (reach.length > 0 && (reach.length !== grids || !reach.every(Number.isFinite))) {
      throw new TypeError(
        `its scale_x_y has ${reach.length} numbers, but needs a finite one for each bottom, ${grids}`,
      );
    }
    const each = Math.floor(mask.length / grids);
    const anchors = bottoms.flatMap((_, grid) => {
      const cell = param.anchors_scale[grid];
      if (!cell) throw new TypeError(`it has no anchors_scale for bottom ${grid}, but needs it`);
      return Array.from({ length: boxes }, (_, b) => {
        const anchor = mask[grid * each + b] ?? Infinity;
        if (anchor * 2 + 1 < biases.length) {
          return [biases[anchor * 2]! / cell, biases[anchor * 2 + 1]! / cell];
        }
        throw new TypeError(`its mask and biases have no anchor for box ${b} of bottom ${grid}`);
      }).flat();
    });
    return [
      apply(graph, "yoloOutput", name, bottoms, {
        classes: num_classes,
        boxes,
        anchors,
        reach,
        scores: "sigmoid",
        confidence: param.confidence_threshold,
        overlap: param.nms_threshold,
      }),
    ];
  },
});
