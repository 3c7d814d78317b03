/**
 * The channels of a map as numbers for the anchors of each cell.
 *
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance } from "../layer.ts";

/** The channels of a map `[1, anchors · numbers, H, W]` as `[H, W, anchors, numbers]`. */
export function byCell(
  { graph, name }: LayerInstance<unknown>,
  role: string,
  map: Value,
  anchors: number,
): Value {
  const [, channels, ...extents] = map.shape;
  const same = fixed(graph, `${name}/${role}`, map, 0);
  const turned = apply(graph, "permute", `${name}/${role}/turned`, [same], { order: [0, 2, 3, 1] });
  return apply(graph, "reshape", `${name}/${role}`, [turned], {
    shape: [...extents, anchors, channels! / anchors],
  });
}
