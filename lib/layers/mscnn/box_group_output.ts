/**
 * BoxGroupOutput: Cascade R-CNN's proposals. Its bottoms are, for each map, the probabilities
 * `[N · groups, classes, H, W]` and the moves `[N · groups, 4, H, W]` of boxes, of which each cell has
 * one in each group. A box's score is the probability that it is not background. Its offsets and
 * log-scales are decoded, and the box, which includes its last pixel, is clipped to the image.
 *
 * Boxes are decoded by ordinary ops, and selected by `detectionOutput`. The order of equal scores is
 * open in Caffe; here the first counts more.
 *
 * @see https://github.com/zhaoweicai/cascade-rcnn/blob/master/src/caffe/layers/box_group_output_layer.cpp
 * @module
 */
import {
  float,
  message,
  type MessageOf,
  nested,
  repeated,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { defineLayer, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { bestBoxesOps, type ScoredBoxes } from "../rcnn/best_boxes.ts";
import { bboxRegParam } from "./bbox_reg_parameter.ts";
import { boxesAt, expectPlainOverlap, listed, part, selectedBoxes, sum } from "./cell_boxes.ts";

const BoxGroupParameter = message("BoxGroupParameter", {
  field_h: repeated(uint32(1)),
  field_w: repeated(uint32(2)),
  stride: uint32(3, 0),
});

const BoxGroupOutputParameter = message("BoxGroupOutputParameter", {
  fg_thr: float(1, 0),
  iou_thr: float(2, 0.5),
  nms_type: string(3, "IOU"),
  box_group_param: repeated(nested(4, BoxGroupParameter)),
  field_whr: float(5, 2),
  field_xyr: float(6, 2),
  max_nms_num: uint32(7, 0),
  max_post_nms_num: uint32(8, 0),
  min_size: float(9, 15),
});

type Instance = LayerInstance<MessageOf<typeof BoxGroupOutputParameter>>;

export const boxGroupOutput = defineLayer({
  type: "BoxGroupOutput",
  ops: [...bestBoxesOps, "clip", "eltwise", "exp", "permute", "relu", "threshold"],
  param: { name: "box_group_output_param", message: BoxGroupOutputParameter },
  otherParams: [bboxRegParam],
  bottoms: [2, Infinity],
  tops: [1, 2],

  lower(instance) {
    const { param, bottoms } = instance, { length } = param.box_group_param;
    expectPlainOverlap(param.nms_type);
    if (bottoms.length !== 2 * length) {
      throw new TypeError(
        `it has ${bottoms.length} bottoms and ${length} box_group_param, but needs two bottoms for ` +
          "each of them",
      );
    }
    const maps = param.box_group_param.map((_, i) => decoded(instance, i));
    return selectedBoxes(instance, maps, { isLaterBetter: false, inclusive: true });
  },
});

/** The boxes of a map. */
function decoded(instance: Instance, i: number): ScoredBoxes {
  const { graph, param, bottoms } = instance;
  const nodes = new LayerNodes(graph, `${instance.name}/map ${i}`);
  const { field_h, field_w, stride } = param.box_group_param[i]!;
  const groups = field_w.length;
  if (groups === 0 || field_h.length !== groups || stride === 0) {
    throw new TypeError(
      `its box_group_param ${i} has ${field_h.length} field_h, ${groups} field_w and stride ` +
        `${stride}, but needs as many of one as of the other, and a stride above 0`,
    );
  }
  const [probabilities, moves] = bottoms.slice(2 * i, 2 * i + 2) as [Value, Value];
  const [rows = 0, , ...extents] = probabilities.shape;
  if (
    extents.length !== 2 || rows % groups !== 0 || !sameShape(moves.shape, [rows, 4, ...extents])
  ) {
    throw new TypeError(
      `its bottoms for map ${i} are ${showShape(probabilities.shape)} and ` +
        `${showShape(moves.shape)}, but they must be [N · ${groups}, classes, H, W] and ` +
        `[N · ${groups}, 4, H, W]`,
    );
  }
  const [height, width] = extents as [number, number];
  const grouped = (role: string, value: Value) => {
    const sized = fixed(graph, `${nodes.name}/${role}`, value, 2);
    return nodes.add("reshape", role, [sized], { shape: [-1, groups], numAxes: 1 });
  };
  const background = part(nodes, "background", grouped("grouped", probabilities), 0, 1);
  const score = nodes.add("power", "score", [background], { scale: -1, shift: 1 });
  const { start, low, whole } = boxesAt(instance, nodes, {
    moves: grouped("moves", moves),
    fields: field_w.map((width, k) => [width, field_h[k]!]),
    stride,
  });
  const end = sum(nodes, "end", [start, whole], 1, -1);
  const last = nodes.add("power", "last", [end], { shift: -1 });
  const clipped = [width, height].map((extent, k) => {
    const side = part(nodes, `last/${k}`, last, k, k + 1);
    return nodes.add("clip", `high/${k}`, [side], { min: -1e30, max: extent * stride });
  });
  const high = nodes.add("concat", "high", clipped, { axis: 2 });
  const less = sum(nodes, "less", [low, high], 1, -1);
  const size = nodes.add("power", "cut", [less], { shift: -1 });
  return listed(instance, nodes, score, { low, high, size });
}
