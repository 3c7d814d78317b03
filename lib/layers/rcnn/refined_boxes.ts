/**
 * Boxes moved and stretched by a network's predictions.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { sumsOf } from "./samples_at.ts";

/**
 * The first and last corners, each `[R, 2]`, of boxes `[R, 5]`, an image index and two corners, that are
 * moved and stretched by offsets and log-scales `[R, 4]`. A box includes its last pixel.
 *
 * @param shift What is added to the last corner: −0.5 if it is that of the last pixel, and 0.5 if it is
 * one pixel further, as in Faster R-CNN.
 */
export function refinedBoxes(
  graph: GraphBuilder,
  name: string,
  before: Value,
  deltas: Value,
  shift: number,
): readonly [first: Value, last: Value] {
  const nodes = new LayerNodes(graph, name);
  const factor = nodes.add("exp", "factor", [nodes.slice("stretch", deltas, 1, 2, 4)], {});
  // Widths and heights, then centers.
  const measured = sumsOf(nodes, "measures", before, [
    [[1, -1], [3, 1], ["bias", 1]],
    [[2, -1], [4, 1], ["bias", 1]],
    [[1, 0.5], [3, 0.5]],
    [[2, 0.5], [4, 0.5]],
  ]);
  const extents = nodes.slice("extents", measured, 1, 0, 2);
  const times = (role: string, value: Value) =>
    nodes.add("eltwise", role, [value, extents], { operation: "product" });
  const centers = nodes.add("eltwise", "centers", [
    times("away", nodes.slice("shift", deltas, 1, 0, 2)),
    nodes.slice("centers before", measured, 1, 2, 4),
  ], {});
  const stretched = times("stretched", factor);
  const corner = (role: string, side: number, shift: number) => {
    const coefficients = [1, side / 2];
    const border = nodes.add("eltwise", `${role}/border`, [centers, stretched], { coefficients });
    return nodes.add("power", role, [border], { shift });
  };
  return [corner("low", -1, 0.5), corner("high", 1, shift)];
}
