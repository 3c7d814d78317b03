/**
 * Transposed convolution: every element of the input adds the kernel, times itself, to the output.
 *
 * @module
 */
import {
  count,
  expectBiases,
  expectGroups,
  expectImage,
  expectShape,
  type Shape4,
  showShape,
} from "../tensor.ts";
import type { Pair } from "./attribute.ts";
import { schema } from "./conv2d/attributes.ts";
import { alongAxes, expectPadding, geometry } from "./conv2d/geometry.ts";
import { biasAndFinish, finishReference } from "./epilogue.ts";
import { defineOp, weightsAndBiases } from "./op.ts";
import { perElement } from "./shader.ts";

/** Inputs: `[N, C, H, W]`, weights `[C, output/group, kernel…]`, biases `[output]`. */
export const deconv2d = defineOp({
  schema,

  parameters: weightsAndBiases,

  shape({ output, kernel, stride, pad, dilation, group, bias }, [input, weights, biases]) {
    expectImage(input!);
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [input![1]!, output / group, ...kernel]);
    if (bias) expectBiases(biases!, output);
    expectPadding(pad);
    const extents = kernel.map((extent, axis) =>
      stride[axis]! * (input![2 + axis]! - 1) + dilation[axis]! * (extent - 1) + 1 - 2 * pad[axis]!
    );
    if (extents.some((extent) => extent < 1)) {
      throw new TypeError(`its padding of ${showShape(pad)} leaves nothing of its output`);
    }
    return [input![0]!, output, ...extents];
  },

  macs: (_, [input, weights]) => count(input!) * count(weights!.slice(1)),

  rounds(attributes, [input]) {
    const { kernel, stride, group } = attributes;
    const taps = kernel.map((extent, axis) =>
      Math.min(Math.ceil(extent / stride[axis]!), input![2 + axis]!)
    );
    const [h, w] = stepOf(attributes).map((step, axis) => Math.ceil(kernel[axis]! / step));
    return h! * (w! + 1) + count(taps) * input![1]! / group;
  },

  reference(attributes, inputs, output) {
    const [input, weights, biases] = inputs;
    const { kernel, stride, pad, dilation, group, bias } = attributes;
    const [batch, channels, height, width] = input!.shape as Shape4;
    const [, outputs, rows, columns] = output.shape as Shape4;
    const groupInputs = channels / group, groupOutputs = outputs / group;
    const sums = new Float64Array(rows * columns);
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < outputs; o++) {
        sums.fill(bias ? biases!.data[o]! : 0);
        for (let c = 0; c < groupInputs; c++) {
          const channel = Math.floor(o / groupOutputs) * groupInputs + c;
          let weight = (channel * groupOutputs + o % groupOutputs) * count(kernel);
          for (let h = 0; h < kernel[0]; h++) {
            for (let w = 0; w < kernel[1]; w++, weight++) {
              let at = (n * channels + channel) * height * width;
              for (let y = 0; y < height; y++) {
                const row = y * stride[0] - pad[0] + h * dilation[0];
                for (let x = 0; x < width; x++, at++) {
                  const column = x * stride[1] - pad[1] + w * dilation[1];
                  if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                  sums[row * columns + column]! += input!.data[at]! * weights!.data[weight]!;
                }
              }
            }
          }
        }
        output.data.set(sums, (n * outputs + o) * rows * columns);
      }
    }
    finishReference(attributes, output.data, inputs);
  },

  shaders(attributes, [input], output) {
    return [perElement(output, {
      code: code + biasAndFinish(attributes),
      constants: {
        ...geometry(attributes, input!, output),
        ...alongAxes({ step: stepOf(attributes) }),
      },
    })];
  },
});

/** The distance between taps that reach the same output element, as far as that is simple. */
function stepOf({ stride, dilation }: Record<"stride" | "dilation", Pair>): Pair {
  return [dilation[0] === 1 ? stride[0] : 1, dilation[1] === 1 ? stride[1] : 1];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, outputs, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, channels, height, width]
@group(0) @binding(2) var<storage, read> weights: array<f32>;       // [channels, group_outputs, kernel_h, kernel_w]

// One invocation gathers the contributions to one element of the output.
fn invocation(i: i32) {
  let column = i % columns;
  let row = i / columns % rows;
  let o = i / (columns * rows) % outputs;
  let n = i / (columns * rows * outputs);
  let first = o / group_outputs * group_inputs;

  var sum = bias(o);
  // Every step-th tap reaches the element, from the first that does.
  for (var h = (row + pad_h) % step_h; h < kernel_h; h += step_h) {
    let down = row + pad_h - h * dilation_h;
    let y = down / stride_h;
    if (down < 0 || y * stride_h != down || y >= height) { continue; }
    for (var w = (column + pad_w) % step_w; w < kernel_w; w += step_w) {
      let right = column + pad_w - w * dilation_w;
      let x = right / stride_w;
      if (right < 0 || x * stride_w != right || x >= width) { continue; }
      for (var c = 0; c < group_inputs; c++) {
        sum += input[((n * channels + first + c) * height + y) * width + x] *
          weights[(((first + c) * group_outputs + o % group_outputs) * kernel_h + h) * kernel_w + w];
      }
    }
  }
  output[i] = finish(sum, i);
}
`;
