/**
 * HeatMap2Coord: where each map has its maximum, the first in row-major order.
 *
 *     [N, C, H, W]  →  [N, C · 3]: x, y and the maximum of each map
 *
 * Positions are those of the middles of pixels, in a picture of `coord_w` × `coord_h` pixels.
 * `coord_reposition` moves them by a quarter of the map's pixel towards the larger of two neighbours,
 * but not along an axis on whose border the maximum is.
 *
 * It is lowered for the extents that its bottom has at the conversion.
 *
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/heatmap2coord.c
 * @module
 */
import { bool, int32, message } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { withSides, zeros } from "../padded.ts";
import { expectPositive } from "../positive.ts";

export const heatMap2Coord = defineLayer({
  type: "HeatMap2Coord",
  ops: [
    "affine",
    "argMax",
    "concat",
    "eltwise",
    "gather",
    "power",
    "reshape",
    "reverse",
    "slice",
    "threshold",
    "tile",
  ],
  param: {
    name: "heatmap_param",
    message: message("HeatMap2CoordParameter", {
      coord_h: int32(1, 0),
      coord_w: int32(2, 0),
      coord_reposition: bool(3, false),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const { coord_h, coord_w, coord_reposition } = param, { shape } = bottom!;
    expectImage(shape);
    const [, , height, width] = shape as Shape4;
    expectPositive({ coord_h, coord_w });
    const nodes = new LayerNodes(graph, name);
    const maps = fixed(graph, `${name}/maps`, bottom!, coord_reposition ? 0 : 2);
    const lines = nodes.reshape("lines", maps, [0, 0, -1]);
    // Of equal values argMax takes the last.
    const reversed = nodes.add("reverse", "reversed", [lines], { axis: 2 });
    const last = nodes.add("argMax", "last", [reversed], { axis: 2 });
    const at = nodes.add("power", "at", [last], { scale: -1, shift: height * width - 1 });
    const highest = nodes.add("argMax", "highest", [lines], { axis: 2, result: "value" });
    const coordinate = (
      role: string,
      axis: number,
      pixel: number,
      place: (i: number) => number,
    ) => {
      const table = nodes.constant(`${role}s`, [height * width], (i) => (place(i) + 0.5) * pixel);
      const middle = nodes.add("gather", role, [at, table], {});
      return coord_reposition ? moved(nodes, role, middle, { maps, at, axis, pixel }) : middle;
    };
    const all = nodes.add("concat", "all", [
      coordinate("x", 3, coord_w / width, (i) => i % width),
      coordinate("y", 2, coord_h / height, (i) => Math.floor(i / width)),
      highest,
    ], { axis: 2 });
    return [apply(graph, "reshape", name, [all], { shape: [-1], axis: 1 })];
  },
});

/** Coordinates `[N, C, 1]` moved towards the larger neighbours along an axis. */
function moved(
  nodes: LayerNodes,
  role: string,
  middle: Value,
  { maps, at, axis, pixel }: {
    readonly maps: Value;
    readonly at: Value;
    readonly axis: number;
    readonly pixel: number;
  },
): Value {
  const { shape } = maps, elements = count(shape);
  if (shape[axis]! < 3) return middle;
  if (elements > 2 ** 24) {
    throw new TypeError(
      `its bottom ${showShape(shape)} has more than 2²⁴ elements, which coord_reposition looks up`,
    );
  }
  const before = nodes.slice(`${role}/before`, maps, axis, 0, -2);
  const after = nodes.slice(`${role}/after`, maps, axis, 2, 0);
  const isLarger = (side: string, sign: number) => {
    const coefficients = [-sign, sign];
    const more = nodes.add("eltwise", `${role}/more ${side}`, [before, after], { coefficients });
    return nodes.add("threshold", `${role}/larger ${side}`, [more], { threshold: 0 });
  };
  const step = nodes.add("eltwise", `${role}/step`, [
    isLarger("after", 1),
    isLarger("before", -1),
  ], { coefficients: [pixel / 4, -pixel / 4] });
  const sides = shape.map((_, i) => i === axis ? [1, 1] as const : [0, 0] as const);
  const steps = withSides(nodes.graph, `${nodes.name}/${role}/steps`, step, sides, zeros);
  const table = nodes.reshape(`${role}/table`, steps, [-1]);
  const [samples, channels] = shape as Shape4, plane = elements / (samples * channels);
  const starts = nodes.constant(`${role}/starts`, [samples, channels, 1], (i) => i * plane);
  const places = nodes.add("affine", `${role}/places`, [at, starts], { axis: 0, terms: "offset" });
  const taken = nodes.add("gather", `${role}/taken`, [places, table], {});
  return nodes.add("eltwise", `${role}/moved`, [middle, taken], { operation: "sum" });
}
