/**
 * DFMBPSROIAlign: Apollo's position-sensitive pooling of regions. Bins begin at whole pixels, as the
 * original rounds them towards 0, and have the mean of those of their bilinear samples that are less
 * than a pixel outside of the image, where it is 0. Its third bottom, offsets of bins, is not supported.
 *
 * The channels of each bin are an image of their own here.
 *
 * @see https://github.com/ApolloAuto/apollo/blob/v7.0.0/modules/perception/inference/tensorrt/plugins/dfmb_psroi_align_plugin.cu
 * @module
 */
import { float, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, expectImage, showShape } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { samplesOf, sumsOf, type Terms } from "../rcnn/samples_at.ts";
import { zeroBorder } from "../zero_border.ts";

const DFMBPSROIAlignParameter = message("DFMBPSROIAlignParameter", {
  heat_map_a: float(0, 0),
  heat_map_b: float(0, 0),
  pad_ratio: float(0, 0),
  output_dim: uint32(0, 0),
  group_height: uint32(0, 0),
  group_width: uint32(0, 0),
  pooled_height: uint32(0, 0),
  pooled_width: uint32(0, 0),
  sample_per_part: uint32(0, 0),
});

type Settings = MessageOf<typeof DFMBPSROIAlignParameter>;

export const dfmbPsroiAlign = defineLayer({
  type: "DFMBPSROIAlign",
  ops: [
    "clip",
    "concat",
    "conv2d",
    "dense",
    "eltwise",
    "gather",
    "permute",
    "power",
    "reduce",
    "relu",
    "reshape",
    "roiAverage",
    "slice",
    "threshold",
    "tile",
  ],
  param: { name: "dfmb_psroi_pooling_param", message: DFMBPSROIAlignParameter },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms: [image, boxes] }) {
    const { heat_map_b: _, pad_ratio: __, ...needed } = param;
    const { output_dim: outputs, group_height, group_width } = param;
    const { pooled_height, pooled_width, sample_per_part: samples } = param;
    expectImage(image!.shape);
    expectPositive(needed);
    const groups = group_height * group_width, bins = pooled_height * pooled_width;
    if (image!.shape[1] !== outputs * groups || count(boxes!.shape.slice(1)) !== 5) {
      throw new TypeError(
        `its bottoms are ${showShape(image!.shape)} and ${showShape(boxes!.shape)}, but ` +
          `${outputs} outputs of ${group_height} × ${group_width} groups need ` +
          `[N, ${outputs * groups}, H, W] and [R, 5]`,
      );
    }
    refuseHuge([5 * bins * samples ** 2, 3 + pooled_height + pooled_width]);
    const nodes = new LayerNodes(graph, name);
    const known = fixed(graph, name, image!, 2);
    const extents = known.shape.slice(2) as [number, number];
    const framed = zeroBorder(graph, name, known, [1, 1]);
    const frame = framed.shape.slice(2);
    const split = nodes.reshape("split", framed, [0, outputs, groups, ...frame]);
    const turned = nodes.add("permute", "turned", [split], { order: [0, 2, 1, 3, 4] });
    const images = nodes.reshape("images", turned, [-1, outputs, ...frame]);

    const list = nodes.reshape("boxes", boxes!, [0, 5]);
    const places = placesOf(nodes, param, list, Math.max(...extents));
    const at = pointsOf(param);
    const sampled = samplesOf(nodes, images, places, regionsOf(param, at));
    const byBin = nodes.reshape("by bin", sampled, [-1, bins, samples ** 2, outputs]);
    const last = nodes.add("permute", "last", [byBin], { order: [0, 3, 1, 2] });
    const sums = nodes.add("reduce", "sums", [last], { axis: 3 });
    const shares = sharesOf(nodes, places, at, extents);
    const tiled = nodes.add("tile", "shares", [shares], { tiles: outputs });
    const means = nodes.add("eltwise", "means", [sums, tiled], { operation: "product" });
    return [
      apply(graph, "reshape", name, [means], { shape: [0, 0, pooled_height, pooled_width] }),
    ];
  },
});

/**
 * Of each box: the image, the first column of each bin, the first row of each, and the extents. In
 * pixels of the image.
 */
function placesOf(nodes: LayerNodes, param: Settings, boxes: Value, extent: number): Value {
  const { heat_map_a: a, heat_map_b: b, pad_ratio: pad, pooled_height, pooled_width } = param;
  const start = (axis: number): Terms => [
    [1 + axis, (1 + pad) / a],
    [3 + axis, -pad / a],
    ["bias", -(pad + b) / a],
  ];
  const size = (axis: number): Terms => [
    [1 + axis, -(1 + 2 * pad) / a],
    [3 + axis, (1 + 2 * pad) / a],
    ["bias", 2 * pad / a - smallest],
  ];
  const starts = sumsOf(nodes, "starts", boxes, [start(0), start(1)]);
  const above = sumsOf(nodes, "extents", boxes, [size(0), size(1)]);
  const larger = nodes.add("relu", "larger", [above], {});
  const sizes = nodes.add("power", "sizes", [larger], { shift: smallest });
  const measures = nodes.add("concat", "measures", [starts, sizes], {});
  const along = (axis: number, bins: number) =>
    Array.from({ length: bins }, (_, p): Terms => [[axis, 1], [2 + axis, p / bins]]);
  const bins = [...along(0, pooled_width), ...along(1, pooled_height)];
  const begins = sumsOf(nodes, "begins", measures, bins);
  // Indices of a table are whole numbers.
  const whole = (role: string, sign: number) => {
    const signed = nodes.add("power", `${role}/signed`, [begins], { scale: sign });
    const positive = nodes.add("relu", `${role}/positive`, [signed], {});
    const numbers = nodes.constant(`${role}/numbers`, [8 * extent + 1], (i) => sign * i);
    return nodes.add("gather", role, [positive, numbers], {});
  };
  return nodes.add("concat", "places", [
    nodes.add("slice", "image", [boxes], { end: 1 }),
    nodes.add("eltwise", "whole", [whole("after", 1), whole("before", -1)], {}),
    sizes,
  ], {});
}

/** The least extent of a box in pixels. */
const smallest = 0.1;

/** The coordinates of the samples of each bin along both axes, as sums of what is known of a box. */
function pointsOf({ pooled_height, pooled_width, sample_per_part: samples }: Settings) {
  const along = (first: number, bins: number, size: number) =>
    Array.from({ length: bins }, (_, p) =>
      Array.from({ length: samples }, (_, k): Terms => [
        [first + p, 1],
        [size, (k + 0.5) / (bins * samples)],
      ]));
  const size = 1 + pooled_width + pooled_height;
  return {
    x: along(1, pooled_width, size),
    y: along(1 + pooled_width, pooled_height, size + 1),
  };
}

type Points = ReturnType<typeof pointsOf>;

/** The regions of all samples of all bins, in an image of each group that has a border of a pixel. */
function regionsOf({ group_height, group_width }: Settings, { x, y }: Points): readonly Terms[] {
  const groupOf = (bin: number, bins: number, groups: number) => Math.floor(bin * groups / bins);
  return y.flatMap((rows, i) =>
    x.flatMap((columns, j) => {
      const group = groupOf(i, y.length, group_height) * group_width +
        groupOf(j, x.length, group_width);
      const image: Terms = [[0, group_height * group_width], ["bias", group]];
      const moved = (place: Terms, by: number): Terms => [...place, ["bias", by]];
      return rows.flatMap((row) =>
        columns.flatMap((column) => [
          image,
          ...[0.5, 1.5].flatMap((by) => [moved(column, by), moved(row, by)]),
        ])
      );
    })
  );
}

/** One by the number of samples of each bin that count, `[R, 1, bins]`. */
function sharesOf(
  nodes: LayerNodes,
  places: Value,
  { x, y }: Points,
  [height, width]: readonly [number, number],
): Value {
  const counted = (role: string, points: readonly (readonly Terms[])[], extent: number) => {
    const at = sumsOf(nodes, role, places, points.flat());
    const before = Math.fround(extent * (1 - 2 ** -24));
    const [inside, behind] = [-1, before].map((threshold) =>
      nodes.add("threshold", `${role}/after ${threshold}`, [at], { threshold })
    ) as [Value, Value];
    const flags = nodes.add("eltwise", `${role}/flags`, [inside, behind], {
      coefficients: [1, -1],
    });
    const split = nodes.reshape(`${role}/split`, flags, [0, points.length, points[0]!.length]);
    return nodes.add("reduce", `${role}/number`, [split], { axis: 2 });
  };
  const across = nodes.reshape("columns/line", counted("columns", x, width), [0, 1, x.length]);
  const down = nodes.reshape("rows/line", counted("rows", y, height), [0, y.length, 1]);
  const number = nodes.add("eltwise", "number", [
    nodes.add("tile", "columns/grid", [across], { axis: 1, tiles: y.length }),
    nodes.add("tile", "rows/grid", [down], { axis: 2, tiles: x.length }),
  ], { operation: "product" });
  const positive = nodes.add("clip", "positive", [number], { min: 1, max: 1e9 });
  const share = nodes.add("power", "share", [positive], { power: -1 });
  return nodes.reshape("share of each", share, [0, 1, -1]);
}
