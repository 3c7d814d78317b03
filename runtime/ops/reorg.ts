/**
 * Trades height and width for channels, as darknet does.
 *
 * It is not TensorFlow's space-to-depth: the data is first read as if it had S² times fewer
 * channels and a larger image, whose pixels are then dealt out. Written with the input's extents:
 *
 *     [C, H, W]  →  [C/S², H, S, W, S]  →  [S, S, C/S², H, W]  →  [C·S², H/S, W/S]
 *     reversed:     [S, S, C/S², H, W]  →  [C/S², H, S, W, S]  →  [C/S², H·S, W·S]
 *
 * @module
 */
import { count, showShape } from "../tensor.ts";
import { boolean, size } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

/** Input: `[N, C, H, W]`. */
export const reorg = defineOp({
  schema: {
    stride: size(),
    /** Whether channels become height and width. */
    reverse: boolean(false),
  },

  shape({ stride, reverse }, [input]) {
    const [batch, channels, height, width] = input as [number, number, number, number];
    const areFew = channels % stride ** 2 !== 0;
    const areOdd = !reverse && (height % stride !== 0 || width % stride !== 0);
    if (input!.length !== 4 || areFew || areOdd) {
      throw new TypeError(
        `its stride is ${stride}, but its input ${showShape(input!)} must be an image whose ` +
          "channels it divides twice" + (reverse ? "" : ", and whose height and width once"),
      );
    }
    return reverse
      ? [batch, channels / stride ** 2, height * stride, width * stride]
      : [batch, channels * stride ** 2, height / stride, width / stride];
  },

  reference({ stride, reverse }, [input], output) {
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const fewer = channels / stride ** 2;
    let dealt = 0;
    for (let n = 0; n < batch; n++) {
      for (let offset = 0; offset < stride ** 2; offset++) {
        for (let c = 0; c < fewer; c++) {
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              const row = ((n * fewer + c) * height + y) * stride + Math.floor(offset / stride);
              const read = (row * width + x) * stride + offset % stride;
              if (reverse) output.data[read] = input!.data[dealt++]!;
              else output.data[dealt++] = input!.data[read]!;
            }
          }
        }
      }
    }
  },

  shaders({ stride, reverse }, [input], output) {
    const [, channels, height, width] = input as [number, number, number, number];
    return [{
      code,
      constants: {
        fewer: channels / stride ** 2,
        height,
        width,
        stride,
        reverse,
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation copies one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let dealt = flat_index(id, groups);
  if (dealt >= count) { return; }
  let x = dealt % width;
  let y = dealt / width % height;
  let c = dealt / (width * height) % fewer;
  let offset = dealt / (width * height * fewer) % (stride * stride);
  let n = dealt / (width * height * fewer * stride * stride);
  let row = ((n * fewer + c) * height + y) * stride + offset / stride;
  let read_index = (row * width + x) * stride + offset % stride;
  if (reverse) {
    output[read_index] = input[dealt];
  } else {
    output[dealt] = input[read_index];
  }
}
`;
