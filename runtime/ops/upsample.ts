/**
 * Enlarges an image by repeating each pixel.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { sizes } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

/** Input: `[N, C, H, W]`. */
export const upsample = defineOp({
  schema: {
    /** How often rows and columns are repeated. */
    scale: sizes([2, 2]),
  },

  shape({ scale }, [input]): Shape {
    if (input!.length !== 4) {
      throw new TypeError(`its input is ${showShape(input!)}, not an image [N, C, H, W]`);
    }
    const [batch, channels, height, width] = input as [number, number, number, number];
    return [batch, channels, height * scale[0], width * scale[1]];
  },

  reference({ scale }, [input], output) {
    const columns = output.shape[3]!, width = input!.shape[3]!;
    for (let i = 0; i < output.data.length; i++) {
      const row = Math.floor(i / columns / scale[0]), column = Math.floor(i % columns / scale[1]);
      output.data[i] = input!.data[row * width + column]!;
    }
  },

  shaders: ({ scale }, [input], output) => [{
    code,
    constants: {
      scale_h: scale[0],
      scale_w: scale[1],
      width: input![3]!,
      columns: output[3]!,
      count: count(output),
    },
    workgroups: spread(count(output)),
  }],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [height, width]

// One invocation copies one element of the output. The rows of all planes follow each other.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let row = i / columns / scale_h;
  let column = i % columns / scale_w;
  output[i] = input[row * width + column];
}
`;
