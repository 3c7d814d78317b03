/**
 * RoIAlign of Mask R-CNN: averages bilinear samples in the bins of regions; and the variants of it in
 * which bins have channels of their own, or the largest sample counts.
 *
 * @see https://arxiv.org/abs/1703.06870 Mask R-CNN
 * @see https://arxiv.org/abs/1512.04412 MNC, whose RoI warping takes the largest sample
 *
 * @module
 */
import { integer, number, oneOf, sizes } from "./attribute.ts";
import { f32 } from "./shader.ts";
import { lowest } from "./pool2d.ts";
import { pooling } from "./regions.ts";
import { round } from "./round.ts";
import { mixed, type Taps, tapsAround } from "./taps.ts";

/** Where a method takes its samples. */
interface Sampling {
  /** The distance of the first sample from its bin's border, in distances between samples. */
  readonly first: number;
  /** The least extent of a box, in pixels. */
  readonly least: number;
  /** How far outside of the outermost pixels' centres samples count, in pixels. */
  readonly margin: number;
}

const methods = {
  average: { first: 0.5, least: 1, margin: 1 },
  inner: { first: 1, least: 0.1, margin: 0 },
  // Half a pixel, and a little more than rounding errors.
  max: { first: 0, least: 1e-6, margin: 0.5001 },
} satisfies Record<string, Sampling>;

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`: image index, left, top, right and bottom.
 * Output: `[R, C, bins]`, or `[R, output, bins]`.
 */
export const roiAverage = pooling({
  schema: {
    /** The number of bins in height and width. */
    bins: sizes(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
    /** The samples along each axis of a bin; 0 for one per pixel. */
    samples: integer(0),
    /** The channels of the output, if each of its bins has a channel of its own. */
    output: integer(0),
    /**
     * Averages samples in the middles of equal parts of a bin (`"average"`), or on the borders between
     * one more parts, of a bin clipped to the image, whose last row and column do not count
     * (`"inner"`); or takes the largest on all borders, of boxes rounded to pixels (`"max"`).
     */
    method: oneOf(["average", "inner", "max"], "average"),
  },

  bins: (attributes) => attributes,

  reference({ bins, scale, samples, method }, { height, width, row, column, box }) {
    const { ceil, floor, fround, max, min } = Math;
    const { first, least, margin } = methods[method];
    const isMax = method === "max", isInner = method === "inner";
    const place = (x: number) => {
      const at = fround(x * fround(scale));
      return isMax ? round(at) : at;
    };
    /** The taps of each of a bin's samples along an axis, and the number of samples. */
    const along = (bin: number, bins: number, left: number, right: number, pixels: number) => {
      // In float32 as in Caffe, since it may be just about a whole number.
      const low = place(left);
      const extent = fround(max(fround(place(right) - low), fround(least)) / bins);
      let steps = samples > 0 ? samples : ceil(extent);
      const step = fround(extent / (steps + floor(first)));
      let start = fround(low + fround(bin * extent)), stop = pixels - 1 + margin;
      if (isInner) {
        stop = min(fround(start + extent), pixels - 1);
        start = min(max(start, 0), pixels - 1);
      }
      if (isMax) {
        // Caffe adds up the samples' distances, so that it may miss the last by a rounding error.
        let last = bin;
        for (let k = min(steps, 99); k > 0; k--) last = fround(last + fround(1 / steps));
        if (last <= bin + 1) steps++;
      }
      // Bounds the loop for huge boxes.
      const end = min(steps, ceil((stop - start) / step - first + 1)), taps: Taps[] = [];
      for (let k = max(0, floor((-margin - start) / step - first)); k < end; k++) {
        const at = fround(start + fround((k + first) * step));
        if (at < -margin || at > stop || isInner && at === stop) continue;
        taps.push(tapsAround(min(max(at, 0), pixels - 1), pixels));
      }
      return [taps, steps] as const;
    };
    const [left, top, right, bottom] = box;
    const [y, rows] = along(row, bins[0], top, bottom, height);
    const [x, columns] = along(column, bins[1], left, right, width);
    if (!isMax) {
      const sum = mixed(width, y.flat(), x.flat());
      return (data, plane) => sum(data, plane) / (rows * columns);
    }
    const values = y.flatMap((v) => x.map((h) => mixed(width, v, h)));
    return (data, plane) => {
      let largest = lowest;
      for (const valueOf of values) largest = max(largest, valueOf(data, plane));
      return largest > lowest ? largest : 0;
    };
  },

  shader({ samples, method }) {
    const { first, least, margin } = methods[method];
    return {
      code,
      constants: {
        samples,
        is_max: method === "max",
        is_inner: method === "inner",
        first: f32(first),
        least: f32(least),
        margin: f32(margin),
      },
    };
  },
});

const code = /* wgsl */ `
fn place(x: vec2f) -> vec2f {
  return select(x * scale, rounded(x * scale), is_max);
}

fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  let bin = vec2f(vec2i(column, row));
  let low = place(box.xy);
  // Infinite extents would become NaN.
  let extent = bin_extents(clamp(place(box.zw) - low, vec2f(least), vec2f(1e30)));
  var steps = select(vec2i(ceil(extent)), vec2i(samples), samples > 0);
  let number = vec2f(steps);
  let step = quotients(extent, number + floor(first));
  var start = low + bin * extent;
  var stop = edge + margin;
  if (is_inner) {
    stop = min(start + extent, edge);
    start = clamp(start, vec2f(), edge);
  }
  if (is_max) {
    // Caffe adds up the samples' distances, so that it may miss the last by a rounding error.
    let part = quotients(vec2f(1.0), number);
    var last = bin;
    for (var k = 0; k < 99; k++) { last += select(vec2f(), part, vec2i(k) < steps); }
    steps += vec2i(last <= bin + 1.0);
  }
  // The samples along each axis that may be inside the image, and the end of them.
  let begin = max(vec2i(floor((-margin - start) / step - first)), vec2i());
  let end = min(vec2i(ceil((stop - start) / step - first + 1.0)), steps);
  var total = select(0.0, lowest, is_max);
  for (var v = begin.y; v < end.y; v++) {
    for (var h = begin.x; h < end.x; h++) {
      let at = start + (vec2f(vec2i(h, v)) + first) * step;
      if (any(at < vec2f(-margin)) || any(at > stop) || (is_inner && any(at == stop))) { continue; }
      let inside = clamp(at, vec2f(), edge);
      let near = vec2i(inside);
      let far = vec2i(ceil(inside));
      let part = fract(inside);
      let top = (plane * height + near.y) * width;
      let bottom = (plane * height + far.y) * width;
      let value = mix(
        mix(input[top + near.x], input[top + far.x], part.x),
        mix(input[bottom + near.x], input[bottom + far.x], part.x),
        part.y,
      );
      total = select(total + value, max(total, value), is_max);
    }
  }
  if (total == lowest) { return 0.0; }
  return select(total / (number.x * number.y), total, is_max);
}
`;
