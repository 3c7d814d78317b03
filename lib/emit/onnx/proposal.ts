/**
 * Faster R-CNN's region proposals in ONNX's operators.
 *
 * @module
 */
import { type Graph, type Node, withInputShapes } from "../../../runtime/graph.ts";
import { lowest } from "../../../runtime/ops/pool2d.ts";
import { count } from "../../../runtime/tensor.ts";
import { anchorCenters, anchorSizes } from "../../anchor_tables.ts";
import { fixed } from "../open_batch.ts";
import { below, halves, indicesOf } from "./boxes.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Applied, Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

type Settings = Applied<"proposal">["attributes"];

/** The regions, `[found, 6]`; their number is known at run time only. */
export const proposal: Entry<"proposal"> = ({ onnx, attributes, inputs }) => {
  const [scores, deltas, image] = inputs as [OnnxValue, OnnxValue, OnnxValue];
  const { anchors, smallest, top, keep, overlap, keepsSmall } = attributes;
  if (overlap <= 0) throw new TypeError("its IoU threshold drops boxes that do not overlap at all");
  const [, , height, width] = scores.shape.map(fixed) as [number, number, number, number];
  const each = anchors.length / 4, all = height * width * each;
  const most = top > 0 ? Math.min(top, all) : all;
  const info = onnx.reshape(onnx.flatten(image, 0), [count(image.shape.map(fixed))]);
  const { boxes, sides } = decoded(onnx, attributes, deltas, [height, width], info);
  // The scale for widths follows that for heights, if there are two.
  const down = onnx.sliceAxis(info, 0, 2, 1);
  const scales = info.shape[0]! > 3 ? onnx.concat([onnx.sliceAxis(info, 0, 3, 1), down], 0) : down;
  const spare = onnx.subtract(sides, onnx.scale(scales, smallest));
  const least = onnx.node("ReduceMin", [spare, onnx.ints([1])], [all], { keepdims: { i: 0 } });
  // The second half of the channels scores objects; ordered by cell, like the boxes.
  const objects = onnx.sliceAxis(onnx.reshape(scores, [2, each, height, width]), 0, 1, 1);
  const list = onnx.reshape(onnx.transpose(objects, [0, 2, 3, 1]), [all]);
  const isSmall = onnx.compare("Less", least, onnx.number(0));
  // Suppression drops the lowest score.
  const smallScore = onnx.number(keepsSmall ? 0 : lowest);
  const best = onnx.topK(onnx.where(isSmall, smallScore, list), most);
  const candidates = onnx.gather(boxes, best.indices, 0);
  const [from, to] = halves(onnx, candidates);
  // A region includes its last row and column of pixels.
  const areas = onnx.concat([from, onnx.add(to, onnx.number(1))], 1);
  const selected = onnx.suppress(
    onnx.reshape(areas, [1, most, 4]),
    onnx.reshape(best.values, [1, 1, most]),
    { overlap: below(overlap), least: lowest, most: keep > 0 ? keep : most },
  );
  const kept = indicesOf(onnx, selected);
  const score = onnx.reshape(onnx.gather(best.values, kept, 0), [-1, 1]);
  return onnx.concat([onnx.scale(score, 0), onnx.gather(candidates, kept, 0), score], 1);
};

/** The boxes of all cells, clipped to the image, `[H·W·A, 4]`; and the sides that count, `[H·W·A, 2]`. */
function decoded(
  onnx: OnnxBuilder,
  { stride, anchors, whole }: Settings,
  deltas: OnnxValue,
  [height, width]: readonly [number, number],
  info: OnnxValue,
): { readonly boxes: OnnxValue; readonly sides: OnnxValue } {
  const each = anchors.length / 4, all = height * width * each;
  const centers = anchorCenters(anchors, [height, width], stride);
  const moves = onnx.transpose(onnx.reshape(deltas, [each, 4, height, width]), [2, 3, 0, 1]);
  const table = onnx.reshape(moves, [height * width, each, 4]);
  const [shift, growth] = halves(onnx, table);
  const size = onnx.floats([each, 2], anchorSizes(anchors));
  const center = onnx.add(
    onnx.floats([height * width, each, 2], centers),
    onnx.multiply(shift, size),
  );
  const grown = onnx.multiply(onnx.unary("Exp", growth), size);
  const half = onnx.scale(grown, 0.5);
  const extents = onnx.gather(info, onnx.ints([1, 0]), 0);
  const last = onnx.subtract(extents, onnx.number(1));
  const clipped = (x: OnnxValue) => onnx.binary("Max", onnx.binary("Min", x, last), onnx.number(0));
  const corners = [onnx.subtract(center, half), onnx.add(center, half)].map(clipped);
  const boxes = onnx.reshape(onnx.concat(corners, 2), [all, 4]);
  if (whole) return { boxes, sides: onnx.reshape(grown, [all, 2]) };
  const [low, high] = halves(onnx, boxes);
  return { boxes, sides: onnx.add(onnx.subtract(high, low), onnx.number(1)) };
}

/**
 * The network with one region less, and one detection less among them: extents that differ depend on
 * their number. A network without proposals is returned as is.
 */
export function withFewerRegions(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === "proposal")) return graph;
  const nodes = graph.nodes.map((node): Node => {
    if (node.op === "proposal") {
      return { ...node, attributes: { ...node.attributes, keep: node.output.shape[0]! - 1 } };
    }
    if (node.op === "detectionOutput" && node.attributes.keep > 1) {
      return { ...node, attributes: { ...node.attributes, keep: node.attributes.keep - 1 } };
    }
    return node;
  });
  return withInputShapes({ ...graph, nodes }, new Map());
}
