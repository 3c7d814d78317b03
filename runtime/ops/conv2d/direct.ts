/**
 * Direct convolution for any settings: one invocation per element. Images are volumes of depth 1.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { biasAndFinish, type Epilogue } from "../epilogue.ts";
import { perElement, type Shader } from "../shader.ts";
import { geometry } from "./geometry.ts";
import { volume, type VolumeAttributes } from "./volume.ts";

/**
 * The shader of any convolution.
 *
 * @param attributes Those of a 3D convolution.
 */
export function direct(
  attributes: VolumeAttributes & Epilogue,
  [input]: readonly Shape[],
  output: Shape,
): Shader {
  return perElement(output, {
    variant: "direct",
    code: code + biasAndFinish(attributes),
    constants: {
      ...geometry(attributes, input!, output),
      depth: volume(input!)[2],
      layers: volume(output)[2],
    },
  });
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, outputs, layers, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, channels, depth, height, width]
@group(0) @binding(2) var<storage, read> weights: array<f32>;       // [outputs, group_inputs, kernel_d, kernel_h, kernel_w]

// One invocation computes one element of the output.
fn invocation(i: i32) {
  let column = i % columns;
  let row = i / columns % rows;
  let layer = i / (columns * rows) % layers;
  let o = i / (columns * rows * layers) % outputs;
  let n = i / (columns * rows * layers * outputs);
  let first = n * channels + o / group_outputs * group_inputs;

  var sum = bias(o);
  for (var c = 0; c < group_inputs; c++) {
    for (var d = 0; d < kernel_d; d++) {
      let z = layer * stride_d - pad_d + d * dilation_d;
      if (z < 0 || z >= depth) { continue; }
      for (var h = 0; h < kernel_h; h++) {
        let y = row * stride_h - pad_h + h * dilation_h;
        if (y < 0 || y >= height) { continue; }
        for (var w = 0; w < kernel_w; w++) {
          let x = column * stride_w - pad_w + w * dilation_w;
          if (x < 0 || x >= width) { continue; }
          sum += input[(((first + c) * depth + z) * height + y) * width + x] *
            weights[(((o * group_inputs + c) * kernel_d + d) * kernel_h + h) * kernel_w + w];
        }
      }
    }
  }
  output[i] = finish(sum, i);
}
`;
