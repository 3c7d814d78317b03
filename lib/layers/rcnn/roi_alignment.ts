/**
 * ROIAlignment of AffordanceNet: regions of an image, with one bilinear sample in the middle of what
 * each bin has inside the image. A box includes its last row and column.
 *
 * Each sample is a region of its own here: one of a single bin, 1 pixel wide and high.
 *
 * @see https://arxiv.org/abs/1709.07326 AffordanceNet
 * @see https://github.com/nqanh/affordance-net
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, expectImage, showShape } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const roiAlignment = defineLayer({
  type: "ROIAlignment",
  ops: ["clip", "concat", "dense", "permute", "power", "relu", "reshape", "roiAverage", "slice"],
  param: {
    name: "roi_alignment_param",
    // Its field number may differ between forks, so it is read from text only.
    number: 0,
    message: message("ROIAlignmentParameter", {
      pooled_h: uint32(0, 0),
      pooled_w: uint32(0, 0),
      spatial_scale: float(0, 1),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms: [image, boxes], warn }) {
    const bins = [param.pooled_h, param.pooled_w] as const;
    expectImage(image!.shape);
    if (Math.min(...bins) < 1) {
      throw new TypeError(`its pooled_h and pooled_w are ${showShape(bins)}, but must be above 0`);
    }
    if (count(boxes!.shape.slice(1)) !== 5) {
      throw new TypeError(`its boxes are ${showShape(boxes!.shape)}, but they must be [R, 5]`);
    }
    refuseHuge([5 * count(bins), 3 + bins[0] + bins[1]]);
    warn(
      "it takes one sample of each bin, as in AffordanceNet; a fork whose layer of this name takes " +
        "the mean of samples one pixel apart needs a custom layer, given with --layers",
    );
    const list = apply(graph, "reshape", `${name}/boxes`, [boxes!], { shape: [0, 5] });
    const known = fixed(graph, name, image!, 2);
    const borders = bordersOf(graph, name, list, { bins, scale: param.spatial_scale }, known);
    const samples = apply(graph, "roiAverage", `${name}/samples`, [
      known,
      regionsOf(graph, name, list, borders, bins),
    ], { bins: [1, 1], samples: 1 });
    const channels = image!.shape[1]!;
    const rows = apply(graph, "reshape", `${name}/rows`, [samples], {
      shape: [-1, count(bins), channels],
    });
    const turned = apply(graph, "permute", `${name}/turned`, [rows], { order: [0, 2, 1] });
    return [apply(graph, "reshape", name, [turned], { shape: [0, 0, ...bins] })];
  },
});

/** A matrix as the weights of a dense layer, from the nonzero elements of each row. */
function matrix(
  graph: GraphBuilder,
  name: string,
  columns: number,
  rows: readonly (readonly (readonly [column: number, element: number])[])[],
): Value {
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => row.forEach(([k, x]) => data[i * columns + k] = x));
  return graph.constant(`${name}/weights`, { shape: [rows.length, columns], data });
}

/** The borders between the bins of each box, clipped to the image: of columns, then of rows. */
function bordersOf(
  graph: GraphBuilder,
  name: string,
  boxes: Value,
  { bins: [rows, columns], scale }: { bins: readonly [number, number]; scale: number },
  image: Value,
): Value {
  const slice = (role: string, value: Value, start: number, end: number) =>
    apply(graph, "slice", `${name}/${role}`, [value], { start, end });
  const multiply = (role: string, value: Value, weights: Value) =>
    apply(graph, "dense", `${name}/${role}`, [value, weights], {
      output: weights.shape[0]!,
      bias: false,
    });
  const measures = multiply(
    "measures",
    boxes,
    matrix(graph, `${name}/measures`, 5, [
      [[1, scale]],
      [[2, scale]],
      [[1, -scale], [3, scale]],
      [[2, -scale], [4, scale]],
    ]),
  );
  const between = apply(graph, "relu", `${name}/between`, [slice("last", measures, 2, 4)], {});
  const extents = apply(graph, "power", `${name}/extents`, [between], { shift: 1 });
  const places = apply(
    graph,
    "concat",
    `${name}/places`,
    [slice("first", measures, 0, 2), extents],
    {},
  );
  const along = (axis: number, bins: number) =>
    Array.from({ length: bins + 1 }, (_, i) => [[axis, 1], [2 + axis, i / bins]] as const);
  const borders = multiply(
    "borders",
    places,
    matrix(graph, `${name}/borders`, 4, [...along(0, columns), ...along(1, rows)]),
  );
  const [height, width] = image.shape.slice(2) as [number, number];
  const inside = [
    ["columns", 0, columns + 1, width] as const,
    ["rows", columns + 1, columns + rows + 2, height] as const,
  ].map(([role, start, end, extent]) =>
    apply(graph, "clip", `${name}/${role} inside`, [slice(role, borders, start, end)], {
      min: 0,
      max: extent - 1,
    })
  );
  return apply(graph, "concat", `${name}/inside`, inside, {});
}

/** For each bin of each box a box `[R · bins, 5]` around its middle, whose extents are 1. */
function regionsOf(
  graph: GraphBuilder,
  name: string,
  boxes: Value,
  borders: Value,
  [rows, columns]: readonly [number, number],
): Value {
  const image = apply(graph, "slice", `${name}/image`, [boxes], { start: 0, end: 1 });
  const known = apply(graph, "concat", `${name}/known`, [image, borders], {});
  const bins = Array.from({ length: rows * columns }, (_, bin) => {
    const x = 1 + bin % columns, y = 2 + columns + Math.floor(bin / columns);
    const middle = (at: number) => [[at, 0.5], [at + 1, 0.5]] as const;
    return [[[0, 1]] as const, middle(x), middle(y), middle(x), middle(y)];
  }).flat();
  const weights = matrix(graph, `${name}/regions`, known.shape[1]!, bins);
  const data = Float32Array.from(bins, (_, i) => [0, -0.5, -0.5, 0.5, 0.5][i % 5]!);
  const biases = graph.constant(`${name}/regions/biases`, { shape: [bins.length], data });
  const regions = apply(graph, "dense", `${name}/regions`, [known, weights, biases], {
    output: bins.length,
  });
  return apply(graph, "reshape", `${name}/list`, [regions], { shape: [-1, 5] });
}
