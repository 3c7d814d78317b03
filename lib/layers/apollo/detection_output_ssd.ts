/**
 * The settings that select boxes in Apollo's networks, and what both of their layers do with them.
 *
 * @module
 */
import {
  bool,
  enumeration,
  float,
  floats,
  message,
  type MessageOf,
  nested,
  onlyWith,
  uint32,
} from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { bestBoxes, type ScoredBoxes } from "../rcnn/best_boxes.ts";
import { clippedToImage } from "../rcnn/clipped_boxes.ts";
import { refinedBoxes } from "../rcnn/refined_boxes.ts";

/** What has no default here is not known to have one. */
const DetectionOutputSSDParameter = message("DetectionOutputSSDParameter", {
  heat_map_a: float(0),
  gen_anchor_param: nested(
    0,
    message("GenAnchorParameter", { anchor_width: floats(0), anchor_height: floats(0) }),
  ),
  num_class: uint32(0),
  threshold: floats(0),
  threshold_objectness: float(0),
  min_size_h: float(0, 0),
  min_size_w: float(0, 0),
  min_size_mode: enumeration(0, { HEIGHT_AND_WIDTH: 0, HEIGHT_OR_WIDTH: 1 }, "HEIGHT_AND_WIDTH"),
  refine_out_of_map_bbox: bool(0),
  rpn_proposal_output_score: bool(0),
  nms_param: nested(
    0,
    message("NMSSSDParameter", {
      overlap_ratio: float(0),
      top_n: uint32(0),
      max_candidate_n: uint32(0),
      /** Of voting, which is not supported. */
      vote_iou: float(0),
      ...onlyWith({ use_soft_nms: false, voting: false }),
    }),
  ),
  ...onlyWith({ regress_agnostic: false }),
});

/** The settings of both layers. */
export const detectionOutputSsdParam = {
  name: "detection_output_ssd_param",
  message: DetectionOutputSSDParameter,
};

type Settings = MessageOf<typeof DetectionOutputSSDParameter>;

export type Instance = LayerInstance<Settings>;

/** The value of a setting. */
export function needed<Value>(name: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new TypeError(`it has no ${name} in its detection_output_ssd_param, but needs one`);
}

/** Boxes `[R, 4]` that are moved, and clipped to the image if the settings say so. */
export function movedBoxes(
  { graph, name, param }: Instance,
  boxes: Value,
  moves: Value,
  info: Value,
): Value {
  const nodes = new LayerNodes(graph, name);
  const parts = refinedBoxes(graph, name, boxes, moves, -0.5);
  const corners = nodes.add("concat", "corners", parts, {});
  if (!needed("refine_out_of_map_bbox", param.refine_out_of_map_bbox)) return corners;
  const row = nodes.reshape("info", info, [0, -1]);
  const zeros = nodes.add("power", "no limits", [moves], { scale: 0 });
  return clippedToImage(nodes, corners, row, zeros);
}

/**
 * Flags `[R, 1]` of boxes `[R, 4]`: 1 for those that are too small in both directions, or in one, as the
 * settings say.
 */
export function tooSmall({ graph, name, param }: Instance, boxes: Value): Value {
  const nodes = new LayerNodes(graph, name);
  const first = nodes.slice("corner 0", boxes, 1, 0, 2);
  const last = nodes.slice("corner 2", boxes, 1, 2, 4);
  const between = nodes.add("eltwise", "between", [last, first], { coefficients: [1, -1] });
  const offset = nodes.numbers("more/offset", [1 - param.min_size_w, 1 - param.min_size_h]);
  const more = nodes.add("affine", "more", [between, offset], { terms: "offset" });
  // A box whose height or width is enough is too small only in both directions.
  const sign = param.min_size_mode === "HEIGHT_OR_WIDTH" ? 1 : -1;
  const signed = [0, 1].map((k) => {
    const side = nodes.slice(`side ${k}`, more, 1, k, k + 1);
    return nodes.add("power", `signed ${k}`, [side], { scale: sign });
  });
  const most = nodes.add("eltwise", "most", signed, { operation: "max" });
  const missing = nodes.add("power", "missing", [most], { scale: -sign });
  return nodes.add("threshold", "small", [missing], {});
}

/** Scores, lowered below all others where any of some flags is 1. */
export function lowered(
  graph: GraphBuilder,
  name: string,
  scores: Value,
  flags: readonly Value[],
): Value {
  return apply(graph, "eltwise", name, [scores, ...flags], {
    coefficients: [1, ...flags.map(() => -1e30)],
  });
}

/** The best boxes of one image. */
export function bestOf({ graph, name, param }: Instance, all: ScoredBoxes, least: number): Value {
  const nms = needed("nms_param", param.nms_param);
  return bestBoxes(graph, name, all, {
    confidence: least,
    overlap: needed("nms_param.overlap_ratio", nms.overlap_ratio),
    top: needed("nms_param.max_candidate_n", nms.max_candidate_n),
    keep: needed("nms_param.top_n", nms.top_n),
    inclusive: true,
  });
}
