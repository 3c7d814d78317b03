/**
 * Convolution over the depth, height and width axes.
 *
 * @module
 */
import { count, expectGroups, expectShape, showShape } from "../tensor.ts";
import { boolean, size, triple } from "./attribute.ts";
import { biasCode } from "./epilogue.ts";
import { defineOp, spread } from "./op.ts";

/** Inputs: `[N, C, D, H, W]`, weights `[output, C/group, kernel…]`, biases `[output]`. */
export const conv3d = defineOp({
  schema: {
    output: size(),
    kernel: triple(),
    stride: triple([1, 1, 1]),
    pad: triple([0, 0, 0]),
    dilation: triple([1, 1, 1]),
    group: size(1),
    bias: boolean(true),
  },

  parameters: ({ bias }) => bias ? ["weights", "biases"] : ["weights"],

  shape({ output, kernel, stride, pad, dilation, group, bias }, [input, weights, biases]) {
    if (input!.length !== 5) {
      throw new TypeError(`its input is ${showShape(input!)}, not a volume [N, C, D, H, W]`);
    }
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [output, input![1]! / group, ...kernel]);
    if (bias && count(biases!) !== output) expectShape("biases", biases!, [output]);
    const windows = kernel.map((extent, axis) => {
      const room = input![axis + 2]! + 2 * pad[axis]! - dilation[axis]! * (extent - 1) - 1;
      if (room < 0) throw new TypeError("its kernel is larger than its padded input");
      return Math.floor(room / stride[axis]!) + 1;
    });
    return [input![0]!, output, ...windows];
  },

  macs: (_, [, weights], output) => count(output) * count(weights!.slice(1)),

  reference({ kernel, stride, pad, dilation, group, bias }, [input, weights, biases], output) {
    const [, channels, depth, height, width] = input!.shape as number[];
    const [batch, outputs, layers, rows, columns] = output.shape as number[];
    const groupInputs = channels! / group, groupOutputs = outputs! / group;
    let i = 0;
    for (let n = 0; n < batch!; n++) {
      for (let o = 0; o < outputs!; o++) {
        const first = n * channels! + Math.floor(o / groupOutputs) * groupInputs;
        for (let layer = 0; layer < layers!; layer++) {
          for (let row = 0; row < rows!; row++) {
            for (let column = 0; column < columns!; column++) {
              let sum = bias ? biases!.data[o]! : 0;
              let weight = o * groupInputs * count(kernel);
              for (let c = 0; c < groupInputs; c++) {
                for (let d = 0; d < kernel[0]; d++) {
                  const z = layer * stride[0] - pad[0] + d * dilation[0];
                  for (let h = 0; h < kernel[1]; h++) {
                    const y = row * stride[1] - pad[1] + h * dilation[1];
                    for (let w = 0; w < kernel[2]; w++, weight++) {
                      const x = column * stride[2] - pad[2] + w * dilation[2];
                      if (z < 0 || z >= depth! || y < 0 || y >= height! || x < 0 || x >= width!) {
                        continue;
                      }
                      const at = (((first + c) * depth! + z) * height! + y) * width! + x;
                      sum += input!.data[at]! * weights!.data[weight]!;
                    }
                  }
                }
              }
              output.data[i++] = sum;
            }
          }
        }
      }
    }
  },

  shaders: ({ kernel, stride, pad, dilation, group, bias }, [input], output) => [{
    code: code + biasCode(bias, 3),
    constants: {
      kernel_d: kernel[0],
      kernel_h: kernel[1],
      kernel_w: kernel[2],
      stride_d: stride[0],
      stride_h: stride[1],
      stride_w: stride[2],
      pad_d: pad[0],
      pad_h: pad[1],
      pad_w: pad[2],
      dilation_d: dilation[0],
      dilation_h: dilation[1],
      dilation_w: dilation[2],
      channels: input![1]!,
      depth: input![2]!,
      height: input![3]!,
      width: input![4]!,
      outputs: output[1]!,
      layers: output[2]!,
      rows: output[3]!,
      columns: output[4]!,
      group_inputs: input![1]! / group,
      group_outputs: output[1]! / group,
      count: count(output),
    },
    workgroups: spread(count(output)),
  }],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, outputs, layers, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, channels, depth, height, width]
@group(0) @binding(2) var<storage, read> weights: array<f32>;       // [outputs, group_inputs, kernel_d, kernel_h, kernel_w]

// One invocation computes one element of the output.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
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
  output[i] = sum;
}
`;
