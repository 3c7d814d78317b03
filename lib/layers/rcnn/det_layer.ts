/**
 * DetLayer of RON, a Python layer: the boxes of all anchors of each cell of one map, decoded and not
 * clipped, and their scores: that of an object, then those of all classes but the background. They are
 * in the order of cells; the program selects among them.
 *
 * The size of anchors is in a configuration file: 32 for pictures of 320 × 320 pixels, 38 for 384 × 384.
 * Here it may be in the `param_str`, as `base_size`.
 *
 * @see https://arxiv.org/abs/1707.01691 RON: Reverse Connection with Objectness Prior Networks
 * @see https://github.com/taokong/RON/blob/master/lib/ron_layer/det_layer.py
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { roundToEven } from "../../../runtime/ops/round.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { anchorCenters, anchorSizes } from "../../anchor_tables.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { definePythonLayer } from "../python/python_layer.ts";
import { byCell } from "./by_cell.ts";
import { anchorsOf } from "./proposal.ts";

export const detLayer = definePythonLayer({
  name: "ron_layer.det_layer.DetLayer",
  settings: ["stride_scale_numcls", "base_size"],
  bottoms: [3, 3],
  tops: [2, 2],

  lower(instance, settings) {
    const { graph, bottoms: [objects, classes, moves], shapes, warn } = instance;
    const numbers = String(settings.get("stride_scale_numcls") ?? "").split(",").map(Number);
    if (numbers.length !== 3 || !numbers.every((number) => number > 0)) {
      throw new TypeError(
        "its stride_scale_numcls must be three numbers above 0: 'stride_scale_numcls': 64,7,21",
      );
    }
    const side = settings.get("base_size") ?? 32;
    if (typeof side !== "number") throw new TypeError(`its base_size is ${side}, not a number`);
    if (!settings.has("base_size")) {
      warn(
        "its program has the size of its anchors in a configuration file, and 32, that for pictures " +
          "of 320 × 320 pixels, is assumed: if yours differs, add 'base_size': 38 to the param_str, " +
          "with the MINANCHOR of your file",
      );
    }
    const [stride, scale, count] = numbers as [number, number, number];
    const anchors = anchorsOf(
      [0.333, 0.5, 1, 2, 3],
      [scale, scale + 1],
      side,
      roundToEven,
    );
    const each = anchors.length / 4, [, , rows = 0, columns = 0] = objects!.shape;
    const needed = [
      [1, 2 * each, rows, columns],
      [1, count, each * rows, columns],
      [1, 4 * each, rows, columns],
    ];
    if (!needed.every((shape, i) => sameShape(shape, shapes[i]!))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be ` +
          `${needed.map(showShape).join(", ")}`,
      );
    }
    const boxes = boxesOf(instance, byCell(instance, "moves", moves!, each), anchors, stride);
    const second = topName(instance, 1);
    const scores = scoresOf({ ...instance, name: second }, objects!, classes!, each);
    return [
      apply(graph, "reshape", instance.name, [boxes], { shape: [1, -1, 4] }),
      apply(graph, "reshape", second, [scores], { shape: [1, -1, count] }),
    ];
  },
});

/** The boxes `[H, W, anchors, 4]`: left, top, right and bottom pixel. */
function boxesOf(
  { graph, name }: LayerInstance<unknown>,
  moves: Value,
  anchors: readonly number[],
  stride: number,
): Value {
  const [rows, columns, each] = moves.shape as [number, number, number];
  const nodes = new LayerNodes(graph, name), ofAnchors = { axis: 2, terms: "scale" } as const;
  const size = nodes.numbers("sizes", anchorSizes(anchors), [each, 2]);
  const shift = nodes.slice("shift", moves, 3, 0, 2),
    growth = nodes.slice("growth", moves, 3, 2, 4);
  const shifted = nodes.add("affine", "shifted", [shift, size], ofAnchors);
  const centers = anchorCenters(anchors, [rows, columns], stride);
  const center = nodes.add("affine", "center", [
    shifted,
    nodes.numbers("centers", centers, [rows, columns, each, 2]),
  ], { axis: 0, terms: "offset" });
  const factor = nodes.add("exp", "factor", [growth], {});
  const extent = nodes.add("affine", "extent", [factor, size], ofAnchors);
  const corners = ([["first", -0.5], ["last", 0.5]] as const).map(([role, part]) =>
    nodes.add("eltwise", role, [center, extent], { coefficients: [1, part] })
  );
  return nodes.add("concat", "boxes", corners, { axis: 3 });
}

/** The scores `[H, W, anchors, classes]`, that of an object in place of the background's. */
function scoresOf(
  instance: LayerInstance<unknown>,
  objects: Value,
  classes: Value,
  each: number,
): Value {
  const { graph, name } = instance;
  const nodes = new LayerNodes(graph, name), rows = objects.shape[2]!;
  const positive = nodes.slice("positive", objects, 1, each, 0);
  const kinds = nodes.slice("kinds", fixed(graph, name, classes, 2), 1, 1, 0);
  const byAnchor = { shape: [each, rows], axis: 2, numAxes: 1 };
  const split = nodes.add("reshape", "split", [kinds], byAnchor);
  const turned = nodes.add("permute", "turned", [split], { order: [0, 3, 4, 2, 1] });
  const known = nodes.add("reshape", "known", [turned], { shape: [], numAxes: 1 });
  const list = byCell(instance, "list", positive, each);
  return nodes.add("concat", "all", [list, known], { axis: 3 });
}
