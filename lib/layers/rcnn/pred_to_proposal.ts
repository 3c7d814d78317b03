/**
 * PredToProposalLayer of AffordanceNet, a Python layer: the boxes that the program would report, for
 * which masks are then predicted. Their non-maximum suppression has the threshold of py-faster-rcnn's
 * configuration, 0.3, in pixels of the original picture.
 *
 * If there are none, there is one row of zeros, with −1 for the score and the class.
 *
 * @see https://arxiv.org/abs/1709.07326 AffordanceNet
 * @see https://github.com/nqanh/affordance-net/blob/master/lib/rpn/pred_to_proposal_layer.py
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { definePythonLayer } from "../python/python_layer.ts";
import { clippedToImage } from "./clipped_boxes.ts";
import { classesOf, refinedBoxes } from "./refined_boxes.ts";

export const predToProposalLayer = definePythonLayer({
  name: "rpn.pred_to_proposal_layer.PredToProposalLayer",
  settings: ["max_per_image", "thresh"],
  bottoms: [4, 4],
  tops: [4, 4],

  lower(instance, settings) {
    const { graph, name, bottoms: [rois, , scores, info], shapes } = instance;
    const [most, least] = ["max_per_image", "thresh"].map((setting) => settings.get(setting));
    if (typeof most !== "number" || typeof least !== "number") {
      throw new TypeError("its param_str needs a max_per_image and a thresh, both numbers");
    }
    const classes = classesOf(shapes, 3);
    const nodes = new LayerNodes(graph, name);
    const scale = nodes.reshape("scale", nodes.slice("third", info!, 1, 2, 3), []);
    const all = candidates(instance, nodes, classes, scale);
    const found = nodes.add("detectionOutput", "found", [
      nodes.reshape("locations", shifted(nodes, "ends", all, 1), [1, -1]),
      nodes.reshape("scores", scores!, [1, -1]),
      priorsOf(nodes, rois!),
    ], {
      classes,
      shareLocation: false,
      varianceEncoded: true,
      confidence: least,
      keep: most > 0 ? most : -1,
    });
    return topsOf(instance, nodes, found, scale);
  },
});

/** The boxes `[R · classes, 4]` of all classes, in pixels of the original picture. */
function candidates(
  { bottoms: [rois, moves, , info] }: LayerInstance<unknown>,
  nodes: LayerNodes,
  classes: number,
  scale: Value,
): Value {
  const { graph, name } = nodes;
  const inverse = nodes.add("power", "inverse", [scale], { power: -1 });
  const original = (role: string, value: Value) =>
    nodes.add("affine", role, [value, inverse], { terms: "scale" });
  const list = nodes.reshape("rois", rois!, [0, 1, 5]);
  const each = nodes.add("tile", "each", [list], { axis: 1, tiles: classes });
  const boxes = nodes.reshape("boxes", each, [-1, 5]);
  const deltas = nodes.reshape("deltas", fixed(graph, name, moves!, 1), [-1, 4]);
  const parts = refinedBoxes(graph, name, original("unscaled", boxes), deltas, 0.5);
  const corners = nodes.add("concat", "corners", parts, {});
  const zeros = nodes.add("power", "zeros", [deltas], { scale: 0 });
  return clippedToImage(nodes, corners, original("picture", info!), zeros);
}

/** Boxes whose last corners are moved by a number of pixels: those of areas end behind the pixel. */
function shifted(nodes: LayerNodes, role: string, boxes: Value, by: number): Value {
  const offset = nodes.numbers(`${role}/offset`, [0, 0, by, by]);
  return nodes.add("affine", role, [boxes, offset], { terms: "offset" });
}

/** Priors of zeros, to which locations are boxes. */
function priorsOf(nodes: LayerNodes, rois: Value): Value {
  const boxes = nodes.slice("four", nodes.reshape("list", rois, [0, 5]), 1, 0, 4);
  const zeros = nodes.add("power", "priors/zeros", [boxes], { scale: 0 });
  const row = nodes.reshape("priors/row", zeros, [1, 1, -1]);
  return nodes.add("tile", "priors", [row], { axis: 1, tiles: 2 });
}

/** Boxes for the masks, scores, classes, and boxes in the original picture. */
function topsOf(
  instance: LayerInstance<unknown>,
  nodes: LayerNodes,
  found: Value,
  scale: Value,
): readonly Value[] {
  const { graph } = nodes;
  const table = nodes.reshape("table", found, [-1, 7]);
  const ends = nodes.slice("found boxes", table, 1, 3, 7);
  // The row that stands for no boxes has −1 everywhere.
  const boxes = nodes.add("relu", "final", [shifted(nodes, "pixels", ends, -1)], {});
  const scaled = nodes.add("affine", "scaled", [boxes, scale], { terms: "scale" });
  const image = nodes.slice("images", table, 1, 0, 1);
  const [masks, final] = [scaled, boxes].map((boxes, i) =>
    apply(graph, "concat", topName(instance, 3 * i), [image, boxes], {})
  );
  const [scores, classes] = [2, 1].map((start, i) =>
    apply(graph, "slice", topName(instance, 1 + i), [table], { start, end: start + 1 })
  );
  return [masks!, scores!, classes!, final!];
}
