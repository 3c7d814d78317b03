/**
 * ProposalLayer of CTPN: the boxes of parts of lines of text, a Python layer. Ten anchors of 16 pixels'
 * width stand at each cell. Only their heights and vertical places are refined, by two numbers each.
 * Boxes are clipped to the image and given in the order of cells, with their scores; none is dropped,
 * as the program applies non-maximum suppression and connects them.
 *
 * @see https://arxiv.org/abs/1609.03605 Detecting Text in Natural Image with CTPN
 * @see https://github.com/tianzhi0549/CTPN/blob/master/src/layers/text_proposal_layer.py
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { broadcastTo } from "../broadcast.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { definePythonLayer } from "../python/python_layer.ts";
import { byCell } from "../rcnn/by_cell.ts";
import { boxLimits, clippedBoxes } from "../rcnn/clipped_boxes.ts";

/** The first and the last row of each anchor of the first cell. */
const anchors = [11, 16, 23, 33, 48, 68, 97, 139, 198, 283].map((height) => {
  // In Python 2, where half a height is a whole number, as is a row, without its fraction.
  const half = Math.floor(height / 2);
  return [Math.trunc(7.5 - half), Math.trunc(7.5 + half)] as const;
});

/** The width of an anchor. */
const width = 16;

export const textProposalLayer = definePythonLayer({
  name: "layers.text_proposal_layer.ProposalLayer",
  settings: ["feat_stride"],
  bottoms: [3, 3],
  tops: [2, 2],

  lower(instance, settings) {
    const { graph, name, bottoms: [scores, deltas, info], shapes } = instance;
    const stride = settings.get("feat_stride");
    if (typeof stride !== "number") {
      throw new TypeError("its param_str has no number feat_stride, but needs it");
    }
    const each = anchors.length, [, , rows = 0, columns = 0] = scores!.shape;
    const isInfo = info!.shape.length === 2 && info!.shape[0] === 1 && info!.shape[1]! >= 2;
    if (
      !isInfo ||
      ![scores!, deltas!].every(({ shape }) => sameShape(shape, [1, 2 * each, rows, columns]))
    ) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be two of ` +
          `[1, ${2 * each}, H, W], and [1, 3]: the height, the width and the scale of the image`,
      );
    }
    const moves = byCell(instance, "moves", deltas!, each);
    const boxes = boxesOf(instance, stride, moves);
    const limits = broadcastTo(
      graph,
      `${name}/limits`,
      boxLimits(graph, name, info!),
      boxes.shape,
    );
    const objects = apply(graph, "slice", `${name}/objects`, [scores!], { start: each });
    const list = byCell(instance, "list", objects, each);
    return [
      clippedBoxes(graph, name, boxes, limits),
      apply(graph, "reshape", topName(instance, 1), [list], { shape: [-1, 1] }),
    ];
  },
});

/**
 * The boxes `[H · W · anchors, 4]`: left, top, right and bottom pixel.
 *
 * @param moves By what the middle of an anchor is shifted, as a ratio of its height, and the logarithm
 * of the factor of its height: `[H, W, anchors, 2]`.
 */
function boxesOf({ graph, name }: LayerInstance<unknown>, stride: number, moves: Value): Value {
  const nodes = new LayerNodes(graph, name);
  const places = (extent: number, offset = 0) =>
    Array.from({ length: extent }, (_, i) => i * stride + offset);
  const [shift, growth] = ["shift", "growth"].map((role, start) =>
    nodes.slice(role, moves, 3, start, start + 1)
  ) as [Value, Value];

  const heights = nodes.numbers("heights", anchors.map(([first, last]) => last - first + 1));
  const middles = nodes.numbers("middles", anchors.map(([first, last]) => (first + last) / 2));
  const inCell = nodes.add("affine", "in cell", [shift, heights, middles], { axis: 2 });
  const rows = nodes.numbers("rows", places(moves.shape[0]!));
  const middle = nodes.add("affine", "middle", [inCell, rows], { axis: 0, terms: "offset" });
  const factor = nodes.add("exp", "factor", [growth], {});
  const height = nodes.add("affine", "height", [factor, heights], { axis: 2, terms: "scale" });
  const top = nodes.add("eltwise", "top", [middle, height], { coefficients: [1, -0.5] });
  const bottom = nodes.add("eltwise", "bottom", [top, height], { coefficients: [1, 1] });
  const [left, right] = ([["left", 0], ["right", width - 1]] as const).map(([role, offset]) => {
    const columns = places(moves.shape[1]!, offset);
    const constant = nodes.numbers(`${role} columns`, columns, [columns.length, 1, 1]);
    return broadcastTo(graph, `${name}/${role}`, constant, shift.shape);
  }) as [Value, Value];
  const sides = nodes.add("concat", "sides", [left, top, right, bottom], { axis: 3 });
  return nodes.reshape("boxes", sides, [-1, 4]);
}
