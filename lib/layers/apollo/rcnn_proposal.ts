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
import { denormalized } from "../mscnn/bbox_reg_parameter.ts";
import { columns, columnsOf } from "../rcnn/best_boxes.ts";
import {
  bestOf,
  detectionOutputSsdParam,
  type Instance,
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
    ...["affine", "argMax", "concat", "dense", "detectionOutput", "eltwise", "exp"] as const,
    ...["permute", "power", "reduce", "relu", "reshape", "slice", "threshold", "tile"] as const,
  ],
  param: detectionOutputSsdParam,
  bottoms: [4, 4],

  lower(instance) {
    const { graph, name, layer, param, bottoms: [, moves, rois, info], shapes } = instance;
    const classes = 1 + needed("num_class", param.num_class);
    const rows = shapes[0]![0];
    if (
      [classes, 4 * classes, 5].some((size, i) =>
        shapes[i]![0] !== rows || count(shapes[i]!.slice(1)) !== size
      ) || shapes[3]![0] !== 1 || count(shapes[3]!) < 2
    ) {
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
    const probabilities = apply(graph, "reshape", `${name}/probabilities`, [instance.bottoms[0]!], {
      shape: [0, classes],
    });
    const { best, chosen } = bestClass(instance, probabilities);
    const deltas = apply(graph, "reshape", `${name}/deltas`, [moves!], { shape: [0, classes, 4] });
    const own = ofClass(instance, "own", denormalized(graph, name, layer, deltas, 2), chosen);
    const list = apply(graph, "reshape", `${name}/rois`, [rois!], { shape: [0, 5] });
    const boxes = movedBoxes(instance, list, own, info!);
    const single = apply(graph, "reshape", `${name}/single`, [probabilities], {
      shape: [0, classes, 1],
    });
    const above = (role: string, value: Value, threshold: number, scale: number) =>
      apply(graph, "threshold", `${name}/${role}`, [
        apply(graph, "power", `${name}/${role}/scaled`, [value], { scale }),
      ], { threshold });
    const column = (role: string, value: Value) =>
      apply(graph, "slice", `${name}/${role}`, [value], { end: 1 });
    const limit = 1 - needed("threshold_objectness", param.threshold_objectness);
    const score = lowered(graph, `${name}/score`, ofClass(instance, "scores", single, chosen), [
      above("nothing", column("background", probabilities), limit, 1),
      above("below", best, 0, -1),
      above("outside", column("image", list), 0, -1),
      tooSmall(instance, boxes),
    ]);
    const found = bestOf(instance, {
      scores: apply(graph, "reshape", `${name}/ranked`, [score], { shape: [1, -1] }),
      boxes: apply(graph, "reshape", `${name}/all`, [
        apply(graph, "concat", `${name}/together`, [boxes, padded(instance, probabilities)], {}),
      ], { shape: [1, -1, 12] }),
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
function bestClass({ graph, name, param }: Instance, probabilities: Value) {
  const objects = apply(graph, "slice", `${name}/objects`, [probabilities], { start: 1 });
  const { length } = param.threshold;
  const data = Float32Array.from(param.threshold, (threshold) => -threshold);
  const more = apply(graph, "affine", `${name}/above`, [
    objects,
    graph.constant(`${name}/above/offset`, { shape: [length], data }),
  ], { terms: "offset" });
  const best = apply(graph, "argMax", `${name}/best`, [more], { result: "value" });
  const tiled = apply(graph, "tile", `${name}/best of each`, [best], { tiles: length });
  const less = apply(graph, "eltwise", `${name}/less`, [tiled, more], { coefficients: [1, -1] });
  const others = apply(graph, "threshold", `${name}/others`, [less], {});
  return {
    best,
    chosen: apply(graph, "power", `${name}/chosen`, [others], { scale: -1, shift: 1 }),
  };
}

/** What a value `[R, 1 + classes, numbers]` has for the chosen class, `[R, numbers]`. */
function ofClass({ graph, name }: Instance, role: string, value: Value, chosen: Value): Value {
  const of = `${name}/${role}`, numbers = value.shape[2]!;
  const objects = apply(graph, "slice", `${of}/objects`, [value], { start: 1 });
  const flags = apply(graph, "reshape", `${of}/flags`, [chosen], { shape: [0, 0, 1] });
  const each = apply(graph, "tile", `${of}/each`, [flags], { axis: 2, tiles: numbers });
  const product = apply(graph, "eltwise", `${of}/product`, [objects, each], {
    operation: "product",
  });
  const turned = apply(graph, "permute", `${of}/turned`, [product], { order: [0, 2, 1] });
  return apply(graph, "reduce", of, [turned], { axis: 2 });
}

/** Probabilities `[R, 8]`, the last of which are 0. */
function padded({ graph, name }: Instance, probabilities: Value): Value {
  const rest = most - probabilities.shape[1]!;
  if (rest === 0) return probabilities;
  const column = apply(graph, "slice", `${name}/column`, [probabilities], { end: 1 });
  const zeros = apply(graph, "power", `${name}/padding`, [column], { scale: 0 });
  const all = apply(graph, "tile", `${name}/paddings`, [zeros], { tiles: rest });
  return apply(graph, "concat", `${name}/padded`, [probabilities, all], {});
}
