/**
 * Pools parts of an image, each into the same number of bins.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { number, sizes } from "./attribute.ts";
import { defineOp, f32, spread } from "./op.ts";
import { round, roundCode } from "./round.ts";

/** Where a maximum starts: the lowest float32. */
const lowest = -3.4028234663852886e38;

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`, each an image's number and the left, top, right
 * and bottom pixel in it. Output: `[R, C, bins]`, the maximum of each bin, or 0 where it is empty.
 */
export const roiPool = defineOp({
  schema: {
    /** How many bins a box has in height and width. */
    bins: sizes(),
    /** What the pixels of a box are multiplied by to be pixels of the input. */
    scale: number(1),
  },

  inputs: [2, 2],

  shape({ bins }, [input, boxes]) {
    checkBoxes(input!, boxes!);
    return [boxes![0]!, input![1]!, ...bins];
  },

  reference({ bins, scale }, [input, boxes], output) {
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const { fround, floor, ceil, max, min } = Math;
    for (let i = 0; i < output.data.length; i++) {
      const column = i % bins[1], row = floor(i / bins[1]) % bins[0];
      const c = floor(i / (bins[0] * bins[1])) % channels;
      const box = floor(i / (bins[0] * bins[1] * channels)) * 5;
      const image = boxes!.data[box]!;
      const [left, top, right, bottom] = [1, 2, 3, 4]
        .map((k) => round(fround(boxes!.data[box + k]! * fround(scale)))) as Corners;
      // In float32, since a bin's border may lie on a pixel's.
      const bin_h = fround(max(bottom - top + 1, 1) / bins[0]);
      const bin_w = fround(max(right - left + 1, 1) / bins[1]);
      let largest = lowest, isEmpty = true;
      const y_end = min(top + ceil(fround((row + 1) * bin_h)), height);
      const x_end = min(left + ceil(fround((column + 1) * bin_w)), width);
      for (let y = max(top + floor(fround(row * bin_h)), 0); y < y_end; y++) {
        for (let x = max(left + floor(fround(column * bin_w)), 0); x < x_end; x++) {
          if (!(image >= 0 && image < batch)) continue;
          const plane = floor(image) * channels + c;
          largest = max(largest, input!.data[(plane * height + y) * width + x]!);
          isEmpty = false;
        }
      }
      output.data[i] = isEmpty ? 0 : largest;
    }
  },

  shaders({ bins, scale }, [input], output) {
    const [batch, channels, height, width] = input as [number, number, number, number];
    return [{
      code: code + roundCode,
      constants: {
        batch,
        channels,
        height,
        width,
        bins_h: bins[0],
        bins_w: bins[1],
        scale: f32(scale),
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

type Corners = [left: number, top: number, right: number, bottom: number];

/** Refuses inputs that are not images and boxes in them. */
export function checkBoxes(input: Shape, boxes: Shape): void {
  if (input.length !== 4 || boxes.length < 2 || count(boxes.slice(1)) !== 5) {
    throw new TypeError(
      `its inputs are ${showShape(input)} and ${showShape(boxes)}, but they must be images ` +
        "[N, C, H, W] and boxes [R, 5]",
    );
  }
}

const code = /* wgsl */ `
const lowest = -0x1.fffffep+127f;

@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [R, channels, bins_h, bins_w]
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [batch, channels, height, width]
@group(0) @binding(2) var<storage, read> boxes: array<f32>;  // [R, 5]

// A pixel that lies outside the image by far is as good as one that lies outside by a little.
fn pixel(x: f32) -> i32 { return i32(clamp(round_away(x * scale), -1e6, 1e6)); }

// One invocation computes one bin of one channel.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let row = i / bins_w % bins_h;
  let column = i % bins_w;
  let c = i / (bins_h * bins_w) % channels;
  let box = i / (bins_h * bins_w * channels) * 5;
  let left = pixel(boxes[box + 1]);
  let top = pixel(boxes[box + 2]);
  let right = pixel(boxes[box + 3]);
  let bottom = pixel(boxes[box + 4]);
  let bin_h = f32(max(bottom - top + 1, 1)) / f32(bins_h);
  let bin_w = f32(max(right - left + 1, 1)) / f32(bins_w);
  let y_end = min(top + i32(ceil(f32(row + 1) * bin_h)), height);
  let x_end = min(left + i32(ceil(f32(column + 1) * bin_w)), width);
  let image = boxes[box];

  var largest = lowest;
  var is_empty = true;
  if (image >= 0.0 && image < f32(batch)) {
    let plane = i32(image) * channels + c;
    for (var y = max(top + i32(floor(f32(row) * bin_h)), 0); y < y_end; y++) {
      for (var x = max(left + i32(floor(f32(column) * bin_w)), 0); x < x_end; x++) {
        largest = max(largest, input[(plane * height + y) * width + x]);
        is_empty = false;
      }
    }
  }
  output[i] = select(largest, 0.0, is_empty);
}
`;
