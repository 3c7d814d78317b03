/**
 * Boxes moved and stretched by a network's predictions.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, type Shape, showShape } from "../../../runtime/tensor.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { sumsOf } from "./samples_at.ts";

/** Whether there are as many rows in each shape, with so many numbers. */
export function areTables(shapes: readonly Shape[], widths: readonly number[]): boolean {
  return widths.every((width, i) =>
    shapes[i]![0] === shapes[0]![0] && count(shapes[i]!.slice(1)) === width
  );
}

/**
 * The number of classes of boxes `[R, 5]`, which have moves and a score for each.
 *
 * @param measures How many numbers of the image the layer reads: its height, width and scale.
 * @throws {TypeError} if the bottoms are others.
 */
export function classesOf(shapes: readonly Shape[], measures: number): number {
  const [, classes = 0] = shapes[2]!, info = shapes[3]!;
  const isInfo = info.length === 2 && info[0] === 1 && info[1]! >= measures;
  if (isInfo && classes > 0 && areTables(shapes, [5, 4 * classes, classes])) return classes;
  throw new TypeError(
    `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be [R, 5], ` +
      "[R, 4 · classes], [R, classes] and [1, 3]",
  );
}

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
