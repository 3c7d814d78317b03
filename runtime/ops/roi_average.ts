/**
 * RoIAlign of Mask R-CNN: averages bilinear samples in the bins of regions.
 *
 * @see https://arxiv.org/abs/1703.06870 Mask R-CNN
 *
 * @module
 */
import { integer, number, sizes } from "./attribute.ts";
import { pooling } from "./regions.ts";
import { mixed, type Taps, tapsAround } from "./taps.ts";

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`: image index, left, top, right and bottom.
 * Output: `[R, C, bins]`.
 */
export const roiAverage = pooling({
  schema: {
    /** The number of bins in height and width. */
    bins: sizes(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
    /** The samples along each axis of a bin; 0 for one per pixel. */
    samples: integer(0),
  },

  bins: (attributes) => attributes,

  reference({ bins, scale, samples }, { height, width, row, column, box }) {
    const { fround, max } = Math;
    /** The taps of a bin's samples along an axis, and the number of samples. */
    const along = (bin: number, bins: number, low: number, high: number, limit: number) => {
      // In float32 as in Caffe, since it may be just about a whole number.
      const extent = fround(max(fround(fround(high - low) * fround(scale)), 1) / bins);
      const steps = samples > 0 ? samples : Math.ceil(extent);
      const start = low * scale + bin * extent, step = extent / steps, mixed: Taps[number][] = [];
      // Bounds the loop for huge boxes: samples beyond the image are 0.
      const end = Math.min(steps, Math.ceil((limit - start) / step + 0.5));
      for (let k = max(0, Math.floor((-1 - start) / step - 0.5)); k < end; k++) {
        mixed.push(...taps(low * scale + (bin + (k + 0.5) / steps) * extent, limit));
      }
      return [mixed, steps] as const;
    };
    const [left, top, right, bottom] = box;
    const [y, rows] = along(row, bins[0], top, bottom, height);
    const [x, columns] = along(column, bins[1], left, right, width);
    return (data, plane) => mixed(data, plane, width, y, x) / (rows * columns);
  },

  shader: ({ samples }) => ({ code, constants: { samples } }),
});

/** Bilinear taps along one axis; none far outside. */
function taps(x: number, extent: number): Taps {
  return x < -1 || x > extent ? [] : tapsAround(Math.min(Math.max(x, 0), extent - 1), extent);
}

const code = /* wgsl */ `
fn along(plane: i32, y: i32, x: f32) -> f32 {
  let first = i32(x);
  let start = (plane * height + y) * width;
  return mix(input[start + first], input[start + min(first + 1, width - 1)], x - f32(first));
}

fn sample(plane: i32, at: vec2f) -> f32 {
  if (at.y < -1.0 || at.y > f32(height) || at.x < -1.0 || at.x > f32(width)) { return 0.0; }
  let v = clamp(at.y, 0.0, f32(height - 1));
  let h = clamp(at.x, 0.0, f32(width - 1));
  let first = i32(v);
  return mix(along(plane, first, h), along(plane, min(first + 1, height - 1), h), v - f32(first));
}

fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  // Infinite extents would become NaN.
  let extent = bin_extents(clamp((box.zw - box.xy) * scale, vec2f(1.0), vec2f(1e30)));
  let steps = select(vec2i(ceil(extent)), vec2i(samples), samples > 0);
  let start = box.xy * scale + vec2f(vec2i(column, row)) * extent;
  let step = extent / vec2f(steps);
  // The samples along each axis that may be inside the image, and the end of them.
  let first = max(vec2i(floor((-1.0 - start) / step - 0.5)), vec2i());
  let end = min(vec2i(ceil((vec2f(vec2i(width, height)) - start) / step + 0.5)), steps);
  var sum = 0.0;
  for (var v = first.y; v < end.y; v++) {
    for (var h = first.x; h < end.x; h++) {
      sum += sample(plane, start + (vec2f(vec2i(h, v)) + 0.5) * step);
    }
  }
  return sum / (f32(steps.x) * f32(steps.y));
}
`;
