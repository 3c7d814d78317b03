/**
 * Fetches each pixel of an image from where a flow points, between pixels bilinearly.
 *
 * @module
 */
import { count, sameShape, showShape } from "../tensor.ts";
import { oneOf } from "./attribute.ts";
import { defineOp, perElement } from "./op.ts";
import { mixed, tapsAround } from "./taps.ts";

/** Inputs: the image `[N, C, H, W]` and the flow `[N, 2, H, W]`, first along x, then along y. */
export const flowWarp = defineOp({
  schema: {
    /** What is written where the flow points outside the image. */
    outside: oneOf(["zero", "nan"], "zero"),
  },

  inputs: [2, 2],

  shape(_, [input, flow]) {
    if (input!.length !== 4 || !sameShape(flow!, input!.with(1, 2))) {
      throw new TypeError(
        `its inputs are ${showShape(input!)} and ${showShape(flow!)}, but they must be images ` +
          "[N, C, H, W] and flows [N, 2, H, W]",
      );
    }
    return input!;
  },

  macs: (_, __, output) => 4 * count(output),

  reference({ outside }, [input, flow], output) {
    const [, channels, height, width] = input!.shape as [number, number, number, number];
    const plane = height * width;
    const { fround, floor } = Math;
    for (let i = 0; i < output.data.length; i++) {
      const pixel = i % plane, n = floor(i / (plane * channels));
      const x = fround(pixel % width + flow!.data[2 * n * plane + pixel]!);
      const y = fround(floor(pixel / width) + flow!.data[(2 * n + 1) * plane + pixel]!);
      if (!(x >= 0 && y >= 0 && x < width && y < height)) {
        output.data[i] = outside === "nan" ? NaN : 0;
        continue;
      }
      const rows = tapsAround(y, height), columns = tapsAround(x, width);
      output.data[i] = mixed(input!.data, i - pixel, width, rows, columns);
    }
  },

  shaders({ outside }, [input], output) {
    const [, channels, height, width] = input as [number, number, number, number];
    return [perElement(output, {
      code,
      constants: { channels, height, width },
      uniforms: [outside === "nan" ? NaN : 0, 0, 0, 0],
    })];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, channels, height, width]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, channels, height, width]
@group(0) @binding(2) var<storage, read> flow: array<f32>;          // [N, 2, height, width]
@group(0) @binding(3) var<uniform> parameters: vec4f;  // what is written outside the image

// One invocation computes one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let plane = height * width;
  let pixel = i % plane;
  let n = i / (plane * channels);
  let x = f32(pixel % width) + flow[2 * n * plane + pixel];
  let y = f32(pixel / width) + flow[(2 * n + 1) * plane + pixel];
  if (!(x >= 0.0 && y >= 0.0 && x < f32(width) && y < f32(height))) {
    output[i] = parameters.x;
    return;
  }
  let left = i32(x);
  let right = min(left + 1, width - 1);
  let top = i32(y);
  let bottom = min(top + 1, height - 1);
  let start = i - pixel;
  let part = x - f32(left);
  let above = mix(input[start + top * width + left], input[start + top * width + right], part);
  let below = mix(
    input[start + bottom * width + left], input[start + bottom * width + right], part);
  output[i] = mix(above, below, y - f32(top));
}
`;
