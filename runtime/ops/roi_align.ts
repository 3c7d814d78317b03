/**
 * Samples parts of an image between its pixels, each part in the same number of places.
 *
 * @module
 */
import { count } from "../tensor.ts";
import { number, oneOf, sizes } from "./attribute.ts";
import { defineOp, f32, spread } from "./op.ts";
import { checkBoxes } from "./roi_pool.ts";
import { round, roundCode } from "./round.ts";

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`, each an image's number and the left, top, right
 * and bottom pixel in it. Output: `[R, C, bins]`, the value in the middle of each bin.
 */
export const roiAlign = defineOp({
  schema: {
    /** How many bins a box has in height and width. */
    bins: sizes(),
    /** What the pixels of a box are multiplied by to be pixels of the input. */
    scale: number(1),
    /** How much is added at each side of a box, as a part of its size. */
    pad: number(0),
    /**
     * How values between pixels are found. A bilinear one on the last row or column is 0, since
     * the two pixels it lies between are the same one.
     */
    method: oneOf(["cubic", "linear"], "cubic"),
  },

  inputs: [2, 2],

  shape({ bins }, [input, boxes]) {
    checkBoxes(input!, boxes!);
    return [boxes![0]!, input![1]!, ...bins];
  },

  reference({ bins, scale, pad, method }, [input, boxes], output) {
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const { floor, max, min } = Math;
    const taps = method === "cubic" ? cubicTaps : linearTaps;
    for (let i = 0; i < output.data.length; i++) {
      const column = i % bins[1], row = floor(i / bins[1]) % bins[0];
      const c = floor(i / (bins[0] * bins[1])) % channels;
      const box = floor(i / (bins[0] * bins[1] * channels)) * 5;
      const image = boxes!.data[box]!;
      if (!(image >= 0 && image < batch)) continue;
      /** Where the middle of a bin lies along one axis. */
      const middle = (bin: number, bins: number, low: number, high: number, extent: number) => {
        const padding = (high - low + 1) * pad;
        const start = max((low - padding) * scale, 0);
        const end = min((high + padding) * scale, round(extent / scale) - 1);
        const center = start + (bin + 0.5) * max(end - start + 1, 1) / bins;
        return min(max(center, 0), extent - 1);
      };
      const [, left, top, right, bottom] = boxes!.data.subarray(box) as unknown as Box;
      const y = middle(row, bins[0], top, bottom, height);
      const x = middle(column, bins[1], left, right, width);
      const plane = (floor(image) * channels + c) * height;
      let sum = 0;
      for (const [y_tap, y_weight] of taps(y, height)) {
        for (const [x_tap, x_weight] of taps(x, width)) {
          sum += input!.data[(plane + y_tap) * width + x_tap]! * y_weight * x_weight;
        }
      }
      output.data[i] = sum;
    }
  },

  shaders({ bins, scale, pad, method }, [input], output) {
    const [batch, channels, height, width] = input as [number, number, number, number];
    return [{
      code: code + (method === "cubic" ? cubicCode : linearCode) + roundCode,
      constants: {
        batch,
        channels,
        height,
        width,
        bins_h: bins[0],
        bins_w: bins[1],
        scale: f32(scale),
        pad: f32(pad),
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

type Box = readonly [image: number, left: number, top: number, right: number, bottom: number];

/** Pixels along one axis, and how much each counts. */
type Taps = [pixel: number, weight: number][];

function linearTaps(x: number, extent: number): Taps {
  const first = Math.floor(x), last = Math.min(first + 1, extent - 1);
  return [[first, last - x], [last, x - first]];
}

/** @see https://ieeexplore.ieee.org/document/1163711 Cubic convolution, here with a = −1 */
function cubicTaps(x: number, extent: number): Taps {
  const first = Math.floor(x);
  return [-1, 0, 1, 2].map((offset) => {
    const d = Math.abs(x - first - offset);
    const weight = d < 1 ? 1 + d * d * (d - 2) : d < 2 ? 4 + d * (-8 + d * (5 - d)) : 0;
    return [Math.min(Math.max(first + offset, 0), extent - 1), weight];
  });
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [R, channels, bins_h, bins_w]
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [batch, channels, height, width]
@group(0) @binding(2) var<storage, read> boxes: array<f32>;  // [R, 5]

// Where the middle of a bin lies along one axis.
fn middle(bin: i32, bins: i32, low: f32, high: f32, extent: i32) -> f32 {
  let padding = (high - low + 1.0) * pad;
  let start = max((low - padding) * scale, 0.0);
  let end = min((high + padding) * scale, round_away(f32(extent) / scale) - 1.0);
  let center = start + (f32(bin) + 0.5) * (max(end - start + 1.0, 1.0) / f32(bins));
  return clamp(center, 0.0, f32(extent - 1));
}

// One invocation computes one bin of one channel.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let row = i / bins_w % bins_h;
  let column = i % bins_w;
  let c = i / (bins_h * bins_w) % channels;
  let box = i / (bins_h * bins_w * channels) * 5;
  let image = boxes[box];
  if (!(image >= 0.0 && image < f32(batch))) {
    output[i] = 0.0;
    return;
  }
  let y = middle(row, bins_h, boxes[box + 2], boxes[box + 4], height);
  let x = middle(column, bins_w, boxes[box + 1], boxes[box + 3], width);
  let plane = (i32(image) * channels + c) * height;
  let y_weights = weights(y, height);
  let x_weights = weights(x, width);
  var sum = 0.0;
  for (var v = 0; v < 4; v++) {
    for (var h = 0; h < 4; h++) {
      let y_tap = clamp(i32(y) - 1 + v, 0, height - 1);
      let x_tap = clamp(i32(x) - 1 + h, 0, width - 1);
      sum += input[(plane + y_tap) * width + x_tap] * y_weights[v] * x_weights[h];
    }
  }
  output[i] = sum;
}
`;

const linearCode = /* wgsl */ `
// How much the four pixels around x count, of which the outer ones do not.
fn weights(x: f32, extent: i32) -> vec4f {
  let first = i32(x);
  let last = min(first + 1, extent - 1);
  return vec4f(0.0, f32(last) - x, x - f32(first), 0.0);
}
`;

const cubicCode = /* wgsl */ `
// How much the four pixels around x count.
fn weights(x: f32, extent: i32) -> vec4f {
  let d = abs(fract(x) - vec4f(-1.0, 0.0, 1.0, 2.0));
  let near = 1.0 + d * d * (d - 2.0);
  let far = 4.0 + d * (d * (5.0 - d) - 8.0);
  return select(select(vec4f(0.0), far, d < vec4f(2.0)), near, d < vec4f(1.0));
}
`;
