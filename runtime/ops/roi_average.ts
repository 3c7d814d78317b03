/**
 * Averages samples of parts of an image, taken between its pixels: the "aligned" pooling of regions.
 *
 * @see https://arxiv.org/abs/1703.06870 Mask R-CNN
 * @module
 */
import { count } from "../tensor.ts";
import { integer, number, sizes } from "./attribute.ts";
import { defineOp, f32, spread } from "./op.ts";
import { checkBoxes } from "./roi_pool.ts";

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`, each an image's number and the left, top, right
 * and bottom in it. Output: `[R, C, bins]`.
 */
export const roiAverage = defineOp({
  schema: {
    /** How many bins a box has in height and width. */
    bins: sizes(),
    /** What the coordinates of a box are multiplied by to be those of the input. */
    scale: number(1),
    /** How many samples a bin has along each axis; 0 for one a pixel. */
    samples: integer(0),
  },

  inputs: [2, 2],

  shape({ bins }, [input, boxes]) {
    checkBoxes(input!, boxes!);
    return [boxes![0]!, input![1]!, ...bins];
  },

  reference({ bins, scale, samples }, [input, boxes], output) {
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const { floor, max, ceil } = Math;
    for (let i = 0; i < output.data.length; i++) {
      const bin = [floor(i / bins[1]) % bins[0], i % bins[1]] as const;
      const c = floor(i / (bins[0] * bins[1])) % channels;
      const box = floor(i / (bins[0] * bins[1] * channels)) * 5;
      const image = boxes!.data[box]!;
      if (!(image >= 0 && image < batch)) continue;
      const plane = (floor(image) * channels + c) * height;
      /** Where the samples lie along an axis. */
      const places = (axis: 0 | 1, low: number, high: number) => {
        const extent = max((high - low) * scale, 1) / bins[axis];
        const steps = samples > 0 ? samples : ceil(extent);
        return Array.from(
          { length: steps },
          (_, k) => low * scale + (bin[axis] + (k + 0.5) / steps) * extent,
        );
      };
      const [, left, top, right, bottom] = boxes!.data.subarray(box) as unknown as Box;
      const rows = places(0, top, bottom), columns = places(1, left, right);
      let sum = 0;
      for (const y of rows) {
        for (const x of columns) {
          for (const [v, v_weight] of taps(y, height)) {
            for (const [h, h_weight] of taps(x, width)) {
              sum += input!.data[(plane + v) * width + h]! * v_weight * h_weight;
            }
          }
        }
      }
      output.data[i] = sum / (rows.length * columns.length);
    }
  },

  shaders({ bins, scale, samples }, [input], output) {
    const [batch, channels, height, width] = input as [number, number, number, number];
    return [{
      code,
      constants: {
        batch,
        channels,
        height,
        width,
        bins_h: bins[0],
        bins_w: bins[1],
        scale: f32(scale),
        samples,
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

type Box = readonly [image: number, left: number, top: number, right: number, bottom: number];

/** The two pixels around a place along one axis, and how much each counts; none far outside. */
function taps(x: number, extent: number): [pixel: number, weight: number][] {
  if (x < -1 || x > extent) return [];
  const place = Math.min(Math.max(x, 0), extent - 1), first = Math.floor(place);
  return [[first, 1 - (place - first)], [Math.min(first + 1, extent - 1), place - first]];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [R, channels, bins_h, bins_w]
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [batch, channels, height, width]
@group(0) @binding(2) var<storage, read> boxes: array<f32>;  // [R, 5]

// How long a bin is.
fn extent(low: f32, high: f32, bins: i32) -> f32 {
  return max((high - low) * scale, 1.0) / f32(bins);
}

// How many samples a bin has along an axis.
fn steps(extent: f32) -> i32 { return select(i32(ceil(extent)), samples, samples > 0); }

fn row(plane: i32, y: i32, x: f32) -> f32 {
  let first = i32(x);
  let start = (plane + y) * width;
  return mix(input[start + first], input[start + min(first + 1, width - 1)], x - f32(first));
}

fn sample(plane: i32, y: f32, x: f32) -> f32 {
  if (y < -1.0 || y > f32(height) || x < -1.0 || x > f32(width)) { return 0.0; }
  let v = clamp(y, 0.0, f32(height - 1));
  let h = clamp(x, 0.0, f32(width - 1));
  let first = i32(v);
  return mix(row(plane, first, h), row(plane, min(first + 1, height - 1), h), v - f32(first));
}

// One invocation computes one bin of one channel.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let box = i / (bins_h * bins_w * channels) * 5;
  let image = boxes[box];
  if (!(image >= 0.0 && image < f32(batch))) {
    output[i] = 0.0;
    return;
  }
  let c = i / (bins_h * bins_w) % channels;
  let plane = (i32(image) * channels + c) * height;
  let x_extent = extent(boxes[box + 1], boxes[box + 3], bins_w);
  let y_extent = extent(boxes[box + 2], boxes[box + 4], bins_h);
  let x_steps = steps(x_extent);
  let y_steps = steps(y_extent);
  let x_bin = f32(i % bins_w);
  let y_bin = f32(i / bins_w % bins_h);
  var sum = 0.0;
  for (var v = 0; v < y_steps; v++) {
    let y = boxes[box + 2] * scale + (y_bin + (f32(v) + 0.5) / f32(y_steps)) * y_extent;
    for (var h = 0; h < x_steps; h++) {
      let x = boxes[box + 1] * scale + (x_bin + (f32(h) + 0.5) / f32(x_steps)) * x_extent;
      sum += sample(plane, y, x);
    }
  }
  output[i] = sum / f32(x_steps * y_steps);
}
`;
