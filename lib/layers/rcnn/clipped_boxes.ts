/**
 * Boxes clipped to the image.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply } from "../layer.ts";

/**
 * The opposites of the last column and row of an image, `[1, 4]`: as x, y, x and y.
 *
 * @param info `[1, 2]` or more: the image's height and width.
 */
export function boxLimits(graph: GraphBuilder, name: string, info: Value): Value {
  const [height, width] = [0, 1].map((k) =>
    apply(graph, "slice", `${name}/extent${k}`, [info], { start: k, end: k + 1 })
  );
  const extents = [width!, height!, width!, height!];
  const all = apply(graph, "concat", `${name}/extents`, extents, { axis: 1 });
  return apply(graph, "power", `${name}/last`, [all], { scale: -1, shift: 1 });
}

/**
 * Boxes `[R, 4]` of two corners, clipped to the image.
 *
 * @param limits `[R, 4]`: each row as {@linkcode boxLimits} gives it.
 */
export function clippedBoxes(
  graph: GraphBuilder,
  name: string,
  boxes: Value,
  limits: Value,
): Value {
  // The least of two numbers is the opposite of the largest of their opposites.
  const opposites = apply(graph, "power", `${name}/opposites`, [boxes], { scale: -1 });
  const capped = apply(graph, "eltwise", `${name}/capped`, [opposites, limits], {
    operation: "max",
  });
  const within = apply(graph, "power", `${name}/within`, [capped], { scale: -1 });
  return apply(graph, "relu", name, [within], {});
}
