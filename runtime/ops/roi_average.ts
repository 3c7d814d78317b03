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
    /** The taps of a bin's samples along an axis, and the number of samples. */
    const along = (bin: number, bins: number, low: number, high: number, limit: number) => {
      const extent = Math.max((high - low) * scale, 1) / bins;
      const steps = samples > 0 ? samples : Math.ceil(extent);
      const start = low * scale + bin * extent, step = extent / steps, mixed: Taps[number][] = [];
      // Bounds the loop for huge boxes: samples beyond the image are 0.
      const end = Math.min(steps, Math.ceil((limit - start) / step + 0.5));
      for (let k = Math.max(0, Math.floor((-1 - start) / step - 0.5)); k < end; k++) {
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
// The extent of a bin.
fn extent(low: f32, high: f32, bins: i32) -> f32 {
  return max((high - low) * scale, 1.0) / f32(bins);
}

// The number of samples of a bin along an axis.
fn steps(extent: f32) -> i32 { return select(i32(ceil(extent)), samples, samples > 0); }

// The first sample along an axis that may be inside the image …
fn first_of(start: f32, step: f32) -> i32 { return max(0, i32(floor((-1.0 - start) / step - 0.5))); }

// … and the one after the last.
fn end_of(start: f32, step: f32, limit: i32, steps: i32) -> i32 {
  return min(steps, i32(ceil((f32(limit) - start) / step + 0.5)));
}

fn along(plane: i32, y: i32, x: f32) -> f32 {
  let first = i32(x);
  let start = (plane * height + y) * width;
  return mix(input[start + first], input[start + min(first + 1, width - 1)], x - f32(first));
}

fn sample(plane: i32, y: f32, x: f32) -> f32 {
  if (y < -1.0 || y > f32(height) || x < -1.0 || x > f32(width)) { return 0.0; }
  let v = clamp(y, 0.0, f32(height - 1));
  let h = clamp(x, 0.0, f32(width - 1));
  let first = i32(v);
  return mix(along(plane, first, h), along(plane, min(first + 1, height - 1), h), v - f32(first));
}

fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  let x_extent = extent(box.x, box.z, bins_w);
  let y_extent = extent(box.y, box.w, bins_h);
  let x_steps = steps(x_extent);
  let y_steps = steps(y_extent);
  let top = box.y * scale + f32(row) * y_extent;
  let left = box.x * scale + f32(column) * x_extent;
  let y_step = y_extent / f32(y_steps);
  let x_step = x_extent / f32(x_steps);
  let y_end = end_of(top, y_step, height, y_steps);
  let x_first = first_of(left, x_step);
  let x_end = end_of(left, x_step, width, x_steps);
  var sum = 0.0;
  for (var v = first_of(top, y_step); v < y_end; v++) {
    let y = box.y * scale + (f32(row) + (f32(v) + 0.5) / f32(y_steps)) * y_extent;
    for (var h = x_first; h < x_end; h++) {
      let x = box.x * scale + (f32(column) + (f32(h) + 0.5) / f32(x_steps)) * x_extent;
      sum += sample(plane, y, x);
    }
  }
  return sum / (f32(x_steps) * f32(y_steps));
}
`;
