/**
 * The plain convolution shader: whatever the settings, one invocation computes one element.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import { biasCode, finishCode } from "../epilogue.ts";
import { type Shader, spread } from "../op.ts";
import type { Conv2dAttributes } from "./attributes.ts";
import { geometry } from "./geometry.ts";

/** A convolution of any kind. */
export function direct(
  attributes: Conv2dAttributes,
  [input]: readonly Shape[],
  output: Shape,
): Shader {
  const { bias } = attributes;
  return {
    variant: "direct",
    code: code + biasCode(bias, 3) + finishCode(attributes, bias ? 4 : 3),
    constants: { ...geometry(attributes, input!, output), count: count(output) },
    workgroups: spread(count(output)),
  };
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, outputs, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, channels, height, width]
@group(0) @binding(2) var<storage, read> weights: array<f32>;       // [outputs, group_inputs, kernel_h, kernel_w]

// One invocation computes one element of the output.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let column = i % columns;
  let row = i / columns % rows;
  let o = i / (columns * rows) % outputs;
  let n = i / (columns * rows * outputs);
  let first = n * channels + o / group_outputs * group_inputs;

  var sum = bias(o);
  for (var c = 0; c < group_inputs; c++) {
    for (var h = 0; h < kernel_h; h++) {
      let y = row * stride_h - pad_h + h * dilation_h;
      if (y < 0 || y >= height) { continue; }
      for (var w = 0; w < kernel_w; w++) {
        let x = column * stride_w - pad_w + w * dilation_w;
        if (x < 0 || x >= width) { continue; }
        sum += input[((first + c) * height + y) * width + x] *
          weights[((o * group_inputs + c) * kernel_h + h) * kernel_w + w];
      }
    }
  }
  output[i] = finish(sum, i);
}
`;
