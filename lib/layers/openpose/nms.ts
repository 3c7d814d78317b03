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
import type { Options } from "../../../runtime/ops/mod.ts";
import { expectImage, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";

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

  lower(instance) {
    const { graph, name, param: { max_peaks: maxPeaks, num_parts: parts }, bottoms } = instance;
    const { shape } = bottoms[0]!;
    expectImage(shape);
    const [samples, channels, height, width] = shape as [number, number, number, number];
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
    const own = new Steps(instance);
    const all = fixed(graph, name, bottoms[0]!, 0);
    const maps = own.sliced("maps", all, 1, 0, parts);
    const inside = own.sliced("inside", own.sliced("rows", maps, 2, 1, -1), 3, 1, -1);
    const isPeak = peaksOf(own, maps, inside);
    const [x, y] = placesOf(own, all, isPeak, parts);

    // Keys that descend in row-major order, so that the largest ones are the first peaks.
    const pixels = rows * columns;
    const order = own.constant("order", [rows, columns], (i) => pixels - i);
    const keys = own.of("affine", "keys", [isPeak, order], { axis: 2, terms: "scale" });
    const square = { method: "max", kernel: [2, 2], stride: [2, 2] } as const;
    const fewer = own.of("pool2d", "fewer", [keys], square);
    const result = "value";
    const first = own.of("argMax", "line's first", [fewer], { axis: 3, top: inRow, result });
    const flat = own.of("reshape", "lines' first", [first], { shape: [parts, -1] });
    const found = own.of("argMax", "first", [flat], { axis: 1, top: room, result });
    const isFound = own.of("threshold", "is found", [found], { threshold: 0 });
    // A key is a pixel's distance from the end of its map; subtracted from that end it is an index.
    const back = own.of("power", "back", [found], { scale: -1 });
    const ends = own.constant("ends", [parts], (part) => (part + 1) * pixels);
    const at = own.of("affine", "places", [back, ends], { axis: 0, terms: "offset" });

    const peaks = Object.entries({ x, y, score: inside }).map(([role, map]) => {
      const table = own.of("reshape", `${role}s`, [map], { shape: [-1] });
      const taken = own.of("gather", `${role} taken`, [at, table], {});
      const kept = own.of("eltwise", `${role} kept`, [taken, isFound], { operation: "product" });
      return own.of("reshape", `${role} of peaks`, [kept], { shape: [1, parts, room, 1] });
    });
    const each = own.of("concat", "peaks", peaks, { axis: 3 });
    const flags = own.of("reshape", "flags", [isPeak], { shape: [1, parts, 1, 1, -1] });
    const count = own.of("reduce", "count", [flags], { operation: "sum", axis: 4 });
    const zero = own.of("power", "zero", [count], { scale: 0 });
    const head = own.of("concat", "head", [count, zero, zero], { axis: 3 });
    if (room === maxPeaks) return [apply(graph, "concat", name, [head, each], { axis: 2 })];
    const row = own.of("concat", "no peak", [zero, zero, zero], { axis: 3 });
    const rest = own.of("tile", "no peaks", [row], { axis: 2, tiles: maxPeaks - room });
    return [apply(graph, "concat", name, [head, each, rest], { axis: 2 })];
  },
});

/** 1 where a map has a peak, 0 elsewhere, without the maps' borders. */
function peaksOf(own: Steps, maps: Value, inside: Value): Value {
  const lines = own.of("pool2d", "lines", [maps], { method: "max", kernel: [1, 3] });
  const middle = own.sliced("middle", maps, 2, 1, -1);
  const around = own.of("eltwise", "around", [
    own.sliced("above", lines, 2, 0, -2),
    own.sliced("below", lines, 2, 2, 0),
    own.sliced("left", middle, 3, 0, -2),
    own.sliced("right", middle, 3, 2, 0),
  ], { operation: "max" });
  const more = own.of("eltwise", "more", [inside, around], { coefficients: [1, -1] });
  const { threshold } = own.instance.param;
  return own.of("eltwise", "is peak", [
    own.of("threshold", "is more", [more], { threshold: 0 }),
    own.of("threshold", "is enough", [inside], { threshold }),
  ], { operation: "product" });
}

/** The columns and the rows of peaks, as maps; elsewhere their values are arbitrary. */
function placesOf(own: Steps, all: Value, isPeak: Value, parts: number) {
  const [, channels, height, width] = all.shape as [number, number, number, number];
  const [rows, columns] = [height - 2, width - 2];
  const positive = own.of("relu", "positive", [own.sliced("taken", all, 1, 0, parts)], {});
  const seen = own.sliced("seen", lengthened(), 3, 1, 0);
  // For each part the sum of the scores, and the sums of their horizontal and vertical offsets.
  const side = 2 * reach + 1;
  const weights = own.constant("distances", [3 * parts, 1, side, side], (i) => {
    const pixel = i % side ** 2;
    const distances = [1, pixel % side - reach, Math.floor(pixel / side) - reach];
    return distances[Math.floor(i / side ** 2) % 3]!;
  });
  const sums = own.of("conv2d", "sums", [seen, weights], {
    output: 3 * parts,
    kernel: [side, side],
    pad: [reach, reach],
    group: parts,
    bias: false,
  });
  const kept = own.sliced("kept", own.sliced("high", sums, 2, 0, rows), 3, 0, columns);
  const split = own.of("reshape", "split", [kept], { shape: [parts, 3, rows, columns] });
  const [total, right, down] = ["total", "right", "down"].map((role, k) => {
    const part = own.sliced(`${role} of each`, split, 1, k, k + 1);
    return own.of("reshape", role, [part], { shape: [1, parts, rows, columns] });
  });
  // 1 where there is no peak: total · peak − peak + 1.
  const there = own.of("eltwise", "there", [total!, isPeak], { operation: "product" });
  const less = own.of("eltwise", "less", [there, isPeak], { coefficients: [1, -1] });
  const factor = own.of("power", "factor", [less], { shift: 1, power: -1 });
  const place = (role: string, sum: Value, extent: number, axis: number) => {
    const moved = own.of("eltwise", `${role} moved`, [sum, factor], { operation: "product" });
    const start = own.constant(`${role} start`, [extent], (i) => i + 1);
    return own.of("affine", role, [moved, start], { axis, terms: "offset" });
  };
  return [place("x", right!, columns, 3), place("y", down!, rows, 2)] as const;

  /** The maps from their second row on, followed by the rows that the fork reads after the last one. */
  function lengthened(): Value {
    const none = (role: string, value: Value) => own.of("power", role, [value], { scale: 0 });
    if (width < height) {
      const rest = none("uncounted", own.sliced("rest", positive, 2, width, 0));
      const counted = own.sliced("counted", positive, 2, 1, width);
      return own.of("concat", "lengthened", [counted, rest], { axis: 2 });
    }
    const rows = own.sliced("own rows", positive, 2, 1, 0);
    const behind = Math.min(reach, width - height, height);
    if (behind === 0) return rows;
    const after = Math.min(parts + 1, channels);
    const next = after === 1 ? [] : [
      own.of("relu", "next", [
        own.sliced("next rows", own.sliced("next maps", all, 1, 1, after), 2, 0, behind),
      ], {}),
    ];
    // The memory after the bottom's last map is undefined.
    const last = own.sliced("last", own.sliced("first rows", positive, 2, 0, behind), 1, -1, 0);
    const tails = after > parts ? next : [...next, none("nothing", last)];
    const tail = tails.length === 1 ? tails[0]! : own.of("concat", "tails", tails, { axis: 1 });
    return own.of("concat", "lengthened", [rows, tail], { axis: 2 });
  }
}

/** Adds the nodes of one layer. */
class Steps {
  constructor(readonly instance: LayerInstance<{ readonly threshold: number }>) {}

  of<Name extends keyof Options>(
    op: Name,
    role: string,
    inputs: readonly Value[],
    options: Options[Name],
  ): Value {
    const { graph, name } = this.instance;
    return apply(graph, op, `${name}/${role}`, inputs, options);
  }

  /** A range of an axis; an end of 0 is that of the axis. */
  sliced(role: string, value: Value, axis: number, start: number, end: number): Value {
    return this.of("slice", role, [value], { axis, start, end });
  }

  constant(role: string, shape: readonly number[], element: (i: number) => number): Value {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const data = Float32Array.from({ length }, (_, i) => element(i));
    return this.instance.graph.constant(`${this.instance.name}/${role}`, { shape, data });
  }
}
