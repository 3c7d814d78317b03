/**
 * Averages parts of an image, each in bins of which every one has its own channel.
 *
 * @see https://arxiv.org/abs/1605.06409
 * @module
 */
import { count, showShape } from "../tensor.ts";
import { number, size } from "./attribute.ts";
import { defineOp, f32, spread } from "./op.ts";
import { checkBoxes } from "./roi_pool.ts";
import { round, roundCode } from "./round.ts";

/**
 * Inputs: images `[N, output · group · group, H, W]` and boxes `[R, 5]`, each an image's number and
 * the left, top, right and bottom pixel in it. Output: `[R, output, group, group]`.
 */
export const psroiPool = defineOp({
  schema: {
    /** How many channels the output has. */
    output: size(),
    /** How many bins a box has in height and in width. */
    group: size(),
    /** What the pixels of a box are multiplied by to be pixels of the input. */
    scale: number(1),
  },

  inputs: [2, 2],

  shape({ output, group }, [input, boxes]) {
    checkBoxes(input!, boxes!);
    if (input![1] !== output * group ** 2) {
      throw new TypeError(
        `its input is ${showShape(input!)}, but ${output} outputs of ${group} × ${group} bins ` +
          `need ${output * group ** 2} channels`,
      );
    }
    return [boxes![0]!, output, group, group];
  },

  reference({ output: outputs, group, scale }, [input, boxes], output) {
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const { fround, floor, ceil, max, min } = Math;
    for (let i = 0; i < output.data.length; i++) {
      const column = i % group, row = floor(i / group) % group;
      const box = floor(i / (group * group * outputs)) * 5;
      const image = boxes!.data[box]!;
      // In float32, since a bin's border may lie on a pixel's.
      const pixel = (k: number, add: number) =>
        fround(fround(round(boxes!.data[box + k]!) + add) * fround(scale));
      const left = pixel(1, 0), top = pixel(2, 0);
      const bin_h = fround(max(fround(pixel(4, 1) - top), fround(0.1)) / group);
      const bin_w = fround(max(fround(pixel(3, 1) - left), fround(0.1)) / group);
      const border = (k: number, bin: number, start: number) => fround(fround(k * bin) + start);
      const y_start = max(floor(border(row, bin_h, top)), 0);
      const x_start = max(floor(border(column, bin_w, left)), 0);
      const y_end = min(ceil(border(row + 1, bin_h, top)), height);
      const x_end = min(ceil(border(column + 1, bin_w, left)), width);
      let sum = 0;
      for (let y = y_start; y < y_end; y++) {
        for (let x = x_start; x < x_end; x++) {
          if (!(image >= 0 && image < batch)) continue;
          const plane = floor(image) * channels + i % (group * group * outputs);
          sum += input!.data[(plane * height + y) * width + x]!;
        }
      }
      const isEmpty = y_end <= y_start || x_end <= x_start;
      output.data[i] = isEmpty ? 0 : sum / ((y_end - y_start) * (x_end - x_start));
    }
  },

  shaders({ output: outputs, group, scale }, [input], output) {
    const [batch, channels, height, width] = input as [number, number, number, number];
    return [{
      code: code + roundCode,
      constants: {
        batch,
        channels,
        height,
        width,
        outputs,
        group,
        scale: f32(scale),
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [R, outputs, group, group]
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [batch, channels, height, width]
@group(0) @binding(2) var<storage, read> boxes: array<f32>;  // [R, 5]

// A pixel that lies outside the image by far is as good as one that lies outside by a little.
fn pixel(x: f32) -> f32 { return clamp(round_away(x), -1e6, 1e6); }

// One invocation computes one bin of one channel; the input has a channel for each of them.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let row = f32(i / group % group);
  let column = f32(i % group);
  let box = i / (group * group * outputs) * 5;
  let left = pixel(boxes[box + 1]) * scale;
  let top = pixel(boxes[box + 2]) * scale;
  let right = (pixel(boxes[box + 3]) + 1.0) * scale;
  let bottom = (pixel(boxes[box + 4]) + 1.0) * scale;
  let bin_h = max(bottom - top, 0.1) / f32(group);
  let bin_w = max(right - left, 0.1) / f32(group);
  let y_start = max(i32(floor(row * bin_h + top)), 0);
  let x_start = max(i32(floor(column * bin_w + left)), 0);
  let y_end = min(i32(ceil((row + 1.0) * bin_h + top)), height);
  let x_end = min(i32(ceil((column + 1.0) * bin_w + left)), width);
  let image = boxes[box];

  var sum = 0.0;
  if (image >= 0.0 && image < f32(batch)) {
    let plane = i32(image) * channels + i % (group * group * outputs);
    for (var y = y_start; y < y_end; y++) {
      for (var x = x_start; x < x_end; x++) { sum += input[(plane * height + y) * width + x]; }
    }
  }
  let area = max(y_end - y_start, 0) * max(x_end - x_start, 0);
  output[i] = select(sum / f32(max(area, 1)), 0.0, area == 0);
}
`;
