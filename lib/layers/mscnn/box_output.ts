/**
 * BoxOutput: MS-CNN's proposals, from maps of several scales. Each cell of a map has one box, whose
 * score is the best class's minus the background's. Its offsets and log-scales are decoded, and the
 * box is clipped to the image.
 *
 * Boxes are decoded by ordinary ops, and selected by `detectionOutput`.
 *
 * @see https://github.com/zhaoweicai/mscnn/blob/master/src/caffe/layers/box_output_layer.cpp
 * @module
 */
import {
  float,
  message,
  type MessageOf,
  onlyWith,
  repeated,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape4 } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { defineLayer, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { bestBoxesOps, type ScoredBoxes } from "../rcnn/best_boxes.ts";
import { bboxRegParam } from "./bbox_reg_parameter.ts";
import { boxesAt, expectPlainOverlap, listed, part, selectedBoxes, sum } from "./cell_boxes.ts";

const BoxOutputParameter = message("BoxOutputParameter", {
  fg_thr: float(1, 0),
  iou_thr: float(2, 0.5),
  nms_type: string(3, "IOU"),
  field_h: repeated(float(4)),
  field_w: repeated(float(5)),
  downsample_rate: repeated(float(6)),
  field_whr: float(7, 2),
  field_xyr: float(8, 2),
  max_nms_num: uint32(9, 0),
  max_post_nms_num: uint32(10, 0),
  min_size: float(11, 15),
  ...onlyWith({ ringpad: false }),
});

type Instance = LayerInstance<MessageOf<typeof BoxOutputParameter>>;

export const boxOutput = defineLayer({
  type: "BoxOutput",
  ops: [
    ...bestBoxesOps,
    "argMax",
    "clip",
    "eltwise",
    "exp",
    "permute",
    "relu",
    "reverse",
    "threshold",
  ],
  param: { name: "box_output_param", message: BoxOutputParameter },
  otherParams: [bboxRegParam],
  bottoms: [1, Infinity],
  tops: [1, 2],

  lower(instance) {
    const { param, bottoms } = instance;
    const { field_h, field_w, downsample_rate: rates } = param;
    expectPlainOverlap(param.nms_type);
    if ([field_h, field_w, rates].some(({ length }) => length !== bottoms.length)) {
      throw new TypeError(
        `it has ${field_h.length} field_h, ${field_w.length} field_w and ${rates.length} ` +
          `downsample_rate, but needs one of each for each of its ${bottoms.length} bottoms`,
      );
    }
    const maps = bottoms.map((bottom, i) => decoded(instance, bottom, i));
    return selectedBoxes(instance, maps, { isLaterBetter: true, inclusive: false });
  },
});

/** The boxes of a map. */
function decoded(instance: Instance, bottom: Value, i: number): ScoredBoxes {
  const { graph, param } = instance;
  const nodes = new LayerNodes(graph, `${instance.name}/map ${i}`);
  expectImage(bottom.shape);
  const [, channels, height, width] = bottom.shape as Shape4;
  const classes = channels - 4, rate = param.downsample_rate[i]!;
  if (classes < 2) {
    throw new TypeError(`its bottom has ${channels} channels, but 2 classes and a box need 6`);
  }
  const map = fixed(graph, nodes.name, bottom, 2);
  const others = part(nodes, "objects", map, 1, classes);
  const best = classes === 2 ? others : nodes.add("argMax", "best", [others], { result: "value" });
  const score = sum(nodes, "score", [best, part(nodes, "background", map, 0, 1)], 1, -1);
  const { low, whole } = boxesAt(instance, nodes, {
    moves: part(nodes, "moves", map, classes, channels),
    fields: [[param.field_w[i]!, param.field_h[i]!]],
    stride: rate,
  });
  const outermost = [width, height].map((extent) => -Math.trunc(extent * rate));
  const offset = nodes.numbers("room/offset", outermost);
  const room = nodes.add("affine", "room", [low, offset], { terms: "offset" });
  const size = nodes.add("eltwise", "size cut", [whole, room], { operation: "max" });
  const high = sum(nodes, "high", [low, size], 1, -1);
  return listed(instance, nodes, score, { low, high, size });
}
