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
import { count, showShape } from "../../../runtime/tensor.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { definePythonLayer } from "../python/python_layer.ts";
import { boxLimits, clippedBoxes } from "./clipped_boxes.ts";
import { refinedBoxes } from "./refined_boxes.ts";

export const predToProposalLayer = definePythonLayer({
  name: "rpn.pred_to_proposal_layer.PredToProposalLayer",
  settings: ["max_per_image", "thresh"],
  bottoms: [4, 4],
  tops: [4, 4],

  lower(instance, settings) {
    const { graph, name, bottoms: [, , scores, info], shapes } = instance;
    const [most, least] = ["max_per_image", "thresh"].map((setting) => settings.get(setting));
    if (typeof most !== "number" || typeof least !== "number") {
      throw new TypeError("its param_str needs a max_per_image and a thresh, both numbers");
    }
    const [rows = 0, classes = 0] = shapes[2]!;
    const sizes = [5, 4 * classes, classes];
    if (
      sizes.some((size, i) => shapes[i]![0] !== rows || count(shapes[i]!.slice(1)) !== size) ||
      classes === 0 || shapes[3]!.length !== 2 || shapes[3]![0] !== 1 || shapes[3]![1]! < 3
    ) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be [R, 5], ` +
          "[R, 4 · classes], [R, classes] and [1, 3]",
      );
    }
    const scale = apply(graph, "reshape", `${name}/scale`, [
      apply(graph, "slice", `${name}/third`, [info!], { start: 2, end: 3 }),
    ], { shape: [] });
    const all = candidates(instance, classes, scale);
    const flat = (role: string, value: Value) =>
      apply(graph, "reshape", `${name}/${role}`, [value], { shape: [1, -1] });
    const found = apply(graph, "detectionOutput", `${name}/found`, [
      flat("locations", shifted(instance, "ends", all, 1)),
      flat("scores", scores!),
      priorsOf(instance),
    ], {
      classes,
      shareLocation: false,
      varianceEncoded: true,
      confidence: least,
      keep: most > 0 ? most : -1,
    });
    return topsOf(instance, found, scale);
  },
});

/** The boxes `[R · classes, 4]` of all classes, in pixels of the original picture. */
function candidates(instance: LayerInstance<unknown>, classes: number, scale: Value): Value {
  const { graph, name, bottoms: [rois, moves, , info] } = instance;
  const inverse = apply(graph, "power", `${name}/inverse`, [scale], { power: -1 });
  const original = (role: string, value: Value) =>
    apply(graph, "affine", `${name}/${role}`, [value, inverse], { terms: "scale" });
  const list = apply(graph, "reshape", `${name}/rois`, [rois!], { shape: [0, 1, 5] });
  const each = apply(graph, "tile", `${name}/each`, [list], { axis: 1, tiles: classes });
  const boxes = apply(graph, "reshape", `${name}/boxes`, [each], { shape: [-1, 5] });
  const deltas = apply(graph, "reshape", `${name}/deltas`, [moves!], { shape: [-1, 4] });
  const parts = refinedBoxes(graph, name, original("unscaled", boxes), deltas, 0.5);
  const corners = apply(graph, "concat", `${name}/corners`, parts, {});
  const last = boxLimits(graph, name, original("picture", info!));
  const limit = apply(graph, "reshape", `${name}/limit`, [last], { shape: [4] });
  const zeros = apply(graph, "power", `${name}/zeros`, [deltas], { scale: 0 });
  const limits = apply(graph, "affine", `${name}/limits`, [zeros, limit], { terms: "offset" });
  return clippedBoxes(graph, `${name}/clipped`, corners, limits);
}

/** Boxes whose last corners are moved by a number of pixels: those of areas end behind the pixel. */
function shifted(
  { graph, name }: LayerInstance<unknown>,
  role: string,
  boxes: Value,
  by: number,
): Value {
  const offset = graph.constant(`${name}/${role}/offset`, {
    shape: [4],
    data: Float32Array.of(0, 0, by, by),
  });
  return apply(graph, "affine", `${name}/${role}`, [boxes, offset], { terms: "offset" });
}

/** Priors of zeros, to which locations are boxes. */
function priorsOf({ graph, name, bottoms: [rois] }: LayerInstance<unknown>): Value {
  const list = apply(graph, "reshape", `${name}/list`, [rois!], { shape: [0, 5] });
  const boxes = apply(graph, "slice", `${name}/four`, [list], { end: 4 });
  const zeros = apply(graph, "power", `${name}/priors/zeros`, [boxes], { scale: 0 });
  const row = apply(graph, "reshape", `${name}/priors/row`, [zeros], { shape: [1, 1, -1] });
  return apply(graph, "tile", `${name}/priors`, [row], { axis: 1, tiles: 2 });
}

/** Boxes for the masks, scores, classes, and boxes in the original picture. */
function topsOf(instance: LayerInstance<unknown>, found: Value, scale: Value): readonly Value[] {
  const { graph, name } = instance;
  const table = apply(graph, "reshape", `${name}/table`, [found], { shape: [-1, 7] });
  const columns = (node: string, start: number, end: number) =>
    apply(graph, "slice", node, [table], { start, end });
  const ends = columns(`${name}/found boxes`, 3, 7);
  // The row that stands for no boxes has −1 everywhere.
  const boxes = apply(graph, "relu", `${name}/final`, [shifted(instance, "pixels", ends, -1)], {});
  const scaled = apply(graph, "affine", `${name}/scaled`, [boxes, scale], { terms: "scale" });
  const image = columns(`${name}/images`, 0, 1);
  const [masks, final] = [scaled, boxes].map((boxes, i) =>
    apply(graph, "concat", topName(instance, 3 * i), [image, boxes], {})
  );
  return [
    masks!,
    columns(topName(instance, 1), 2, 3),
    columns(topName(instance, 2), 1, 2),
    final!,
  ];
}
