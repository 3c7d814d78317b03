/**
 * Boxes clipped to the image.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/**
 * The opposites of the last column and row of an image, `[1, 4]`: as x, y, x and y.
 *
 * @param info `[1, 2]` or more: the image's height and width.
 */
export function boxLimits(graph: GraphBuilder, name: string, info: Value): Value {
  const nodes = new LayerNodes(graph, name);
  const height = nodes.slice("extent0", info, 1, 0, 1);
  const width = nodes.slice("extent1", info, 1, 1, 2);
  const all = nodes.add("concat", "extents", [width, height, width, height], {});
  return nodes.add("power", "last", [all], { scale: -1, shift: 1 });
}

/**
 * Boxes `[R, 4]` of two corners, clipped to the image.
 *
 * @param info `[1, 2]` or more: the image's height and width.
 * @param zeros Any zeros `[R, 4]`.
 */
export function clippedToImage(nodes: LayerNodes, boxes: Value, info: Value, zeros: Value): Value {
  const { graph, name } = nodes;
  const limit = nodes.reshape("limit", boxLimits(graph, name, info), [4]);
  const limits = nodes.add("affine", "limits", [zeros, limit], { terms: "offset" });
  return clippedBoxes(graph, `${name}/clipped`, boxes, limits);
}

/**
 * The same with limits of each box.
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
  const nodes = new LayerNodes(graph, name);
  const opposites = nodes.add("power", "opposites", [boxes], { scale: -1 });
  const capped = nodes.add("eltwise", "capped", [opposites, limits], { operation: "max" });
  const within = nodes.add("power", "within", [capped], { scale: -1 });
  return apply(graph, "relu", name, [within], {});
}
