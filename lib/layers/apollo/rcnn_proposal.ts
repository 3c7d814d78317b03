/**
 * RCNNProposal: the boxes that Apollo's detector of traffic lights reports, each an image index, two
 * corners, and the probabilities of all classes. A box is of the class whose probability is most above
 * its threshold. If there are none, there is a row of −1.
 *
 * @see https://github.com/ApolloAuto/apollo/blob/v7.0.0/modules/perception/inference/tensorrt/plugins/rcnn_proposal_plugin.cu
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { bboxRegParam, denormalized } from "../mscnn/bbox_reg_parameter.ts";
import { bestBoxesOps, columns, columnsOf } from "../rcnn/best_boxes.ts";
import { areTables } from "../rcnn/refined_boxes.ts";
import {
  bestOf,
  detectionOutputSsdParam,
  lowered,
  movedBoxes,
  needed,
  tooSmall,
} from "./detection_output_ssd.ts";

/** The most probabilities that are selected with a box. */
const most = 8;

export const rcnnProposal = defineLayer({
  type: "RCNNProposal",
  ops: [
    ...bestBoxesOps,
    "argMax",
    "eltwise",
    "exp",
    "permute",
    "reduce",
    "relu",
    "threshold",
    "tile",
  ],
  param: detectionOutputSsdParam,
  otherParams: [bboxRegParam],
  bottoms: [4, 4],

  lower(instance) {
    const { graph, name, layer, param, bottoms: [, moves, rois, info], shapes } = instance;
    const classes = 1 + needed("num_class", param.num_class);
    const isInfo = shapes[3]![0] === 1 && count(shapes[3]!) >= 2;
    if (!isInfo || !areTables(shapes, [classes, 4 * classes, 5])) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but ${classes - 1} classes need ` +
          `[R, ${classes}], [R, ${4 * classes}], [R, 5] and [1, 6]`,
      );
    }
    if (classes < 2 || classes > most || param.threshold.length !== classes - 1) {
      throw new TypeError(
        `it has num_class ${classes - 1} and ${param.threshold.length} thresholds, but needs one ` +
          `for each of 1 to ${most - 1} classes`,
      );
    }
    const nodes = new LayerNodes(graph, name);
    const probabilities = nodes.reshape("probabilities", instance.bottoms[0]!, [0, classes]);
    const { best, chosen } = bestClass(nodes, probabilities, param.threshold);
    const deltas = nodes.reshape("deltas", moves!, [0, classes, 4]);
    const own = ofClass(nodes, "own", denormalized(nodes, layer, deltas, 2), chosen);
    const list = nodes.reshape("rois", rois!, [0, 5]);
    const boxes = movedBoxes(instance, list, own, info!);
    const single = nodes.reshape("single", probabilities, [0, classes, 1]);
    const above = (role: string, value: Value, threshold: number, scale: number) => {
      const scaled = nodes.add("power", `${role}/scaled`, [value], { scale });
      return nodes.add("threshold", role, [scaled], { threshold });
    };
    const column = (role: string, value: Value) => nodes.slice(role, value, 1, 0, 1);
    const limit = 1 - needed("threshold_objectness", param.threshold_objectness);
    const score = lowered(graph, `${name}/score`, ofClass(nodes, "scores", single, chosen), [
      above("nothing", column("background", probabilities), limit, 1),
      above("below", best, 0, -1),
      above("outside", column("image", list), 0, -1),
      tooSmall(instance, boxes),
    ]);
    const together = nodes.add("concat", "together", [boxes, padded(nodes, probabilities)], {});
    const found = bestOf(instance, {
      scores: nodes.reshape("ranked", score, [1, -1]),
      boxes: nodes.reshape("all", together, [1, -1, 12]),
    }, 0);
    const withScores = needed("rpn_proposal_output_score", param.rpn_proposal_output_score);
    const order = [
      columns.image,
      ...columns.corners,
      ...Array.from({ length: withScores ? classes : 0 }, (_, k) => 7 + k),
    ].map((from) => [from, -1] as const);
    const table = columnsOf(graph, `${name}/rows`, found, order, true);
    return [apply(graph, "reshape", name, [table], { shape: [0, order.length, 1, 1] })];
  },
});

/** By how much the best class is above its threshold, `[R, 1]`, and which it is: flags `[R, classes]`. */
function bestClass(nodes: LayerNodes, probabilities: Value, thresholds: Float32Array) {
  const objects = nodes.add("slice", "objects", [probabilities], { start: 1 });
  const offset = nodes.numbers("above/offset", Array.from(thresholds, (least) => -least));
  const more = nodes.add("affine", "above", [objects, offset], { terms: "offset" });
  const best = nodes.add("argMax", "best", [more], { result: "value" });
  const tiled = nodes.add("tile", "best of each", [best], { tiles: thresholds.length });
  const less = nodes.add("eltwise", "less", [tiled, more], { coefficients: [1, -1] });
  const others = nodes.add("threshold", "others", [less], {});
  return { best, chosen: nodes.add("power", "chosen", [others], { scale: -1, shift: 1 }) };
}

/** What a value `[R, 1 + classes, numbers]` has for the chosen class, `[R, numbers]`. */
function ofClass(nodes: LayerNodes, role: string, value: Value, chosen: Value): Value {
  const tiles = value.shape[2]!;
  const objects = nodes.add("slice", `${role}/objects`, [value], { start: 1 });
  const flags = nodes.reshape(`${role}/flags`, chosen, [0, 0, 1]);
  const each = nodes.add("tile", `${role}/each`, [flags], { axis: 2, tiles });
  const product = nodes.add("eltwise", `${role}/product`, [objects, each], {
    operation: "product",
  });
  const turned = nodes.add("permute", `${role}/turned`, [product], { order: [0, 2, 1] });
  return nodes.add("reduce", role, [turned], { axis: 2 });
}

/** Probabilities `[R, 8]`, the last of which are 0. */
function padded(nodes: LayerNodes, probabilities: Value): Value {
  const rest = most - probabilities.shape[1]!;
  if (rest === 0) return probabilities;
  const column = nodes.slice("column", probabilities, 1, 0, 1);
  const zeros = nodes.add("power", "padding", [column], { scale: 0 });
  const all = nodes.add("tile", "paddings", [zeros], { tiles: rest });
  return nodes.add("concat", "padded", [probabilities, all], {});
}
