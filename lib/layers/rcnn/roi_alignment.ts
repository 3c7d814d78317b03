/**
 * ROIAlignment of AffordanceNet: regions of an image, with one bilinear sample in the middle of what
 * each bin has inside the image. A box includes its last row and column.
 *
 * @see https://arxiv.org/abs/1709.07326 AffordanceNet
 * @see https://github.com/nqanh/affordance-net
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { regionSettings } from "./region_parameter.ts";
import { samplesAt, sumsOf } from "./samples_at.ts";

export const roiAlignment = defineLayer({
  type: "ROIAlignment",
  ops: ["clip", "concat", "dense", "permute", "power", "relu", "reshape", "roiAverage", "slice"],
  param: {
    name: "roi_alignment_param",
    message: message("ROIAlignmentParameter", {
      pooled_h: uint32(0, 0),
      pooled_w: uint32(0, 0),
      spatial_scale: float(0, 1),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms, warn }) {
    const settings = regionSettings(bottoms, param), { bins } = settings;
    const [image, boxes] = bottoms;
    refuseHuge([5 * count(bins), 3 + bins[0] + bins[1]]);
    warn(
      "it takes one sample of each bin, as in AffordanceNet; for a fork whose layer of this name " +
        `takes the mean of samples one pixel apart ${customLayerHint}`,
    );
    const nodes = new LayerNodes(graph, name);
    const list = nodes.reshape("boxes", boxes!, [0, 5]);
    const known = fixed(graph, name, image!, 2);
    const borders = bordersOf(nodes, list, settings, known);
    const parts = [nodes.slice("image", list, 1, 0, 1), borders];
    const middles = (first: number, bins: number) =>
      Array.from({ length: bins }, (_, i) => [[first + i, 0.5], [first + i + 1, 0.5]] as const);
    return [
      samplesAt(nodes, known, nodes.add("concat", "known", parts, {}), {
        x: middles(1, bins[1]),
        y: middles(2 + bins[1], bins[0]),
      }),
    ];
  },
});

/** The borders between the bins of each box, clipped to the image: of columns, then of rows. */
function bordersOf(
  nodes: LayerNodes,
  boxes: Value,
  { bins: [rows, columns], scale }: ReturnType<typeof regionSettings>,
  image: Value,
): Value {
  const measures = sumsOf(nodes, "measures", boxes, [
    [[1, scale]],
    [[2, scale]],
    [[1, -scale], [3, scale]],
    [[2, -scale], [4, scale]],
  ]);
  const between = nodes.add("relu", "between", [nodes.slice("last", measures, 1, 2, 4)], {});
  const extents = nodes.add("power", "extents", [between], { shift: 1 });
  const first = nodes.slice("first", measures, 1, 0, 2);
  const places = nodes.add("concat", "places", [first, extents], {});
  const along = (axis: number, bins: number) =>
    Array.from({ length: bins + 1 }, (_, i) => [[axis, 1], [2 + axis, i / bins]] as const);
  const borders = sumsOf(nodes, "borders", places, [
    ...along(0, columns),
    ...along(1, rows),
  ]);
  const [height, width] = image.shape.slice(2) as [number, number];
  const inside = [
    ["columns", 0, columns + 1, width] as const,
    ["rows", columns + 1, columns + rows + 2, height] as const,
  ].map(([role, start, end, extent]) =>
    nodes.add("clip", `${role} inside`, [nodes.slice(role, borders, 1, start, end)], {
      min: 0,
      max: extent - 1,
    })
  );
  return nodes.add("concat", "inside", inside, {});
}
