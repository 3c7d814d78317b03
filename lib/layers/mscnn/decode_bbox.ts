/**
 * DecodeBBox: the boxes of Cascade R-CNN's next stage: those of the second bottom, refined by the
 * offsets and log-scales in the first, which has four numbers for the background and four for all
 * classes.
 *
 * Coordinates are inclusive, so that a box is one pixel wider than the difference of its coordinates.
 *
 * @see https://github.com/zhaoweicai/cascade-rcnn/blob/master/src/caffe/layers/decode_bbox_layer.cpp
 * @module
 */
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { areTables, refinedBoxes } from "../rcnn/refined_boxes.ts";
import { bboxRegParam, denormalized } from "./bbox_reg_parameter.ts";

export const decodeBBox = defineLayer({
  type: "DecodeBBox",
  ops: ["affine", "concat", "dense", "eltwise", "exp", "power", "reshape", "slice"],
  otherParams: [bboxRegParam],
  // There is a third bottom in training only.
  bottoms: [2, 3],
  uses: 2,

  lower({ graph, name, layer, bottoms: [moves, boxes] }) {
    if (!areTables([moves!.shape, boxes!.shape], [8, 5])) {
      throw new TypeError(
        `its bottoms are ${showShape(moves!.shape)} and ${showShape(boxes!.shape)}, but they ` +
          "must be [R, 8] and [R, 5]",
      );
    }
    const nodes = new LayerNodes(graph, name);
    const own = nodes.slice("own", nodes.reshape("moves", moves!, [0, 8]), 1, 4, 8);
    const deltas = denormalized(nodes, layer, own);
    const before = nodes.reshape("boxes", boxes!, [0, 5]);
    const corners = refinedBoxes(graph, name, before, deltas, -0.5);
    const parts = [nodes.slice("image", before, 1, 0, 1), ...corners];
    const all = nodes.add("concat", "all", parts, {});
    return [apply(graph, "reshape", name, [all], { shape: [0, 5, 1, 1] })];
  },
});
