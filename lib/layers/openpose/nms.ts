/**
 * Nms of OpenPose's predecessor: finds the peaks of each part's map, which exceed a threshold and all
 * eight neighbours. The top is `[1, parts, 1 + max_peaks, 3]`: the first row of a part is its number of
 * peaks, followed by x, y and the score of each in row-major order, padded with zeros.
 *
 * The position of a peak is the mean of those of the 7 × 7 pixels around it, weighted by their positive
 * scores. As in the fork, this mean excludes the first row and column, and rows from the map's width
 * on; if the map is wider than high, rows after the last one are the first ones of the next map.
 *
 * It is lowered for the extents that its bottom has at the conversion.
 *
 * @see https://github.com/CMU-Perceptual-Computing-Lab/caffe_rtpose/blob/master/src/caffe/cpm/layers/nms_layer.cu
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** The radius of the neighbourhood that determines the position of a peak. */
const reach = 3;

export const nms = defineLayer({
  type: "Nms",
  ops: [
    "affine",
    "argMax",
    "concat",
    "conv2d",
    "eltwise",
    "gather",
    "pool2d",
    "power",
    "reduce",
    "relu",
    "reshape",
    "slice",
    "threshold",
    "tile",
  ],
  param: {
    name: "nms_param",
    message: message("NmsParameter", {
      threshold: float(0, 0.5),
      /** Unused in the fork. */
      num_peak: uint32(0, 100),
      max_peaks: uint32(0, 20),
      num_parts: uint32(0, 15),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const { threshold, max_peaks: maxPeaks, num_parts: parts } = param;
    const { shape } = bottom!;
    expectImage(shape);
    const [samples, channels, height, width] = shape as Shape4;
    const [rows, columns] = [height - 2, width - 2];
    // At most one of 2 × 2 adjacent pixels is a peak.
    const inRow = Math.min(maxPeaks, Math.ceil(columns / 2)), lines = Math.ceil(rows / 2);
    const room = Math.min(maxPeaks, lines * inRow);
    if (
      samples !== 1 || parts < 1 || parts > channels || maxPeaks < 1 || rows < 1 || columns < 1 ||
      parts * rows * columns > 2 ** 24
    ) {
      throw new TypeError(
        `its num_parts is ${parts} and its max_peaks is ${maxPeaks}, but its bottom ` +
          `${showShape(shape)} must be one sample with that number of maps, of at least 3 × 3 ` +
          "pixels",
      );
    }
    const nodes = new LayerNodes(graph, name);
    const all = fixed(graph, name, bottom!, 0);
    const maps = nodes.slice("maps", all, 1, 0, parts);
    const inside = nodes.slice("inside", nodes.slice("rows", maps, 2, 1, -1), 3, 1, -1);
    const isPeak = peaksOf(nodes, maps, inside, threshold);
    const [x, y] = placesOf(nodes, all, isPeak, parts);

    // Keys that descend in row-major order, so that the largest ones are the first peaks.
    const pixels = rows * columns;
    const order = nodes.constant("order", [rows, columns], (i) => pixels - i);
    const keys = nodes.add("affine", "keys", [isPeak, order], { axis: 2, terms: "scale" });
    const square = { method: "max", kernel: [2, 2], stride: [2, 2] } as const;
    const fewer = nodes.add("pool2d", "fewer", [keys], square);
    const result = "value";
    const first = nodes.add("argMax", "line's first", [fewer], { axis: 3, top: inRow, result });
    const flat = nodes.reshape("lines' first", first, [parts, -1]);
    const found = nodes.add("argMax", "first", [flat], { axis: 1, top: room, result });
    const isFound = nodes.add("threshold", "is found", [found], { threshold: 0 });
    // A key is a pixel's distance from the end of its map; subtracted from that end it is an index.
    const back = nodes.add("power", "back", [found], { scale: -1 });
    const ends = nodes.constant("ends", [parts], (part) => (part + 1) * pixels);
    const at = nodes.add("affine", "places", [back, ends], { axis: 0, terms: "offset" });

    const peaks = Object.entries({ x, y, score: inside }).map(([role, map]) => {
      const table = nodes.reshape(`${role}s`, map, [-1]);
      const taken = nodes.add("gather", `${role} taken`, [at, table], {});
      const kept = nodes.add("eltwise", `${role} kept`, [taken, isFound], { operation: "product" });
      return nodes.reshape(`${role} of peaks`, kept, [1, parts, room, 1]);
    });
    const each = nodes.add("concat", "peaks", peaks, { axis: 3 });
    const flags = nodes.reshape("flags", isPeak, [1, parts, 1, 1, -1]);
    const count = nodes.add("reduce", "count", [flags], { operation: "sum", axis: 4 });
    const zero = nodes.add("power", "zero", [count], { scale: 0 });
    const head = nodes.add("concat", "head", [count, zero, zero], { axis: 3 });
    if (room === maxPeaks) return [apply(graph, "concat", name, [head, each], { axis: 2 })];
    const row = nodes.add("concat", "no peak", [zero, zero, zero], { axis: 3 });
    const rest = nodes.add("tile", "no peaks", [row], { axis: 2, tiles: maxPeaks - room });
    return [apply(graph, "concat", name, [head, each, rest], { axis: 2 })];
  },
});

/** 1 where a map has a peak, 0 elsewhere, without the maps' borders. */
function peaksOf(nodes: LayerNodes, maps: Value, inside: Value, threshold: number): Value {
  const lines = nodes.add("pool2d", "lines", [maps], { method: "max", kernel: [1, 3] });
  const middle = nodes.slice("middle", maps, 2, 1, -1);
  const around = nodes.add("eltwise", "around", [
    nodes.slice("above", lines, 2, 0, -2),
    nodes.slice("below", lines, 2, 2, 0),
    nodes.slice("left", middle, 3, 0, -2),
    nodes.slice("right", middle, 3, 2, 0),
  ], { operation: "max" });
  const more = nodes.add("eltwise", "more", [inside, around], { coefficients: [1, -1] });
  return nodes.add("eltwise", "is peak", [
    nodes.add("threshold", "is more", [more], { threshold: 0 }),
    nodes.add("threshold", "is enough", [inside], { threshold }),
  ], { operation: "product" });
}

/** The columns and the rows of peaks, as maps; elsewhere their values are arbitrary. */
function placesOf(nodes: LayerNodes, all: Value, isPeak: Value, parts: number) {
  const [, channels, height, width] = all.shape as Shape4;
  const [rows, columns] = [height - 2, width - 2];
  const positive = nodes.add("relu", "positive", [nodes.slice("taken", all, 1, 0, parts)], {});
  const seen = nodes.slice("seen", lengthened(), 3, 1, 0);
  // For each part the sum of the scores, and the sums of their horizontal and vertical offsets.
  const side = 2 * reach + 1;
  const weights = nodes.constant("distances", [3 * parts, 1, side, side], (i) => {
    const pixel = i % side ** 2;
    const distances = [1, pixel % side - reach, Math.floor(pixel / side) - reach];
    return distances[Math.floor(i / side ** 2) % 3]!;
  });
  const sums = nodes.add("conv2d", "sums", [seen, weights], {
    output: 3 * parts,
    kernel: [side, side],
    pad: [reach, reach],
    group: parts,
    bias: false,
  });
  const kept = nodes.slice("kept", nodes.slice("high", sums, 2, 0, rows), 3, 0, columns);
  const split = nodes.reshape("split", kept, [parts, 3, rows, columns]);
  const [total, right, down] = ["total", "right", "down"].map((role, k) => {
    const part = nodes.slice(`${role} of each`, split, 1, k, k + 1);
    return nodes.reshape(role, part, [1, parts, rows, columns]);
  });
  // 1 where there is no peak: total · peak − peak + 1.
  const there = nodes.add("eltwise", "there", [total!, isPeak], { operation: "product" });
  const less = nodes.add("eltwise", "less", [there, isPeak], { coefficients: [1, -1] });
  const factor = nodes.add("power", "factor", [less], { shift: 1, power: -1 });
  const place = (role: string, sum: Value, extent: number, axis: number) => {
    const moved = nodes.add("eltwise", `${role} moved`, [sum, factor], { operation: "product" });
    const start = nodes.constant(`${role} start`, [extent], (i) => i + 1);
    return nodes.add("affine", role, [moved, start], { axis, terms: "offset" });
  };
  return [place("x", right!, columns, 3), place("y", down!, rows, 2)] as const;

  /** The maps from their second row on, followed by the rows that the fork reads after the last one. */
  function lengthened(): Value {
    const none = (role: string, value: Value) => nodes.add("power", role, [value], { scale: 0 });
    if (width < height) {
      const rest = none("uncounted", nodes.slice("rest", positive, 2, width, 0));
      const counted = nodes.slice("counted", positive, 2, 1, width);
      return nodes.add("concat", "lengthened", [counted, rest], { axis: 2 });
    }
    const rows = nodes.slice("own rows", positive, 2, 1, 0);
    const behind = Math.min(reach, width - height, height);
    if (behind === 0) return rows;
    const after = Math.min(parts + 1, channels);
    const next = after === 1 ? [] : [
      nodes.add("relu", "next", [
        nodes.slice("next rows", nodes.slice("next maps", all, 1, 1, after), 2, 0, behind),
      ], {}),
    ];
    // The memory after the bottom's last map is undefined.
    const last = nodes.slice("last", nodes.slice("first rows", positive, 2, 0, behind), 1, -1, 0);
    const tails = after > parts ? next : [...next, none("nothing", last)];
    const tail = tails.length === 1 ? tails[0]! : nodes.add("concat", "tails", tails, { axis: 1 });
    return nodes.add("concat", "lengthened", [rows, tail], { axis: 2 });
  }
}
