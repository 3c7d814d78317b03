/**
 * Transposed convolution in NHWC4 as a stride-1 convolution that computes all phases of the stride.
 *
 * Output pixels that lie a multiple of the stride apart form a phase, and see the input through the
 * same taps. So each output channel becomes stride × stride channels of a convolution, computed by
 * its kernels, whose epilogue interleaves the phases (as a depth-to-space does). No zeros are
 * inserted into the input.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { count } from "../../tensor.ts";
import type { Pair } from "../attribute.ts";
import type { Attributes } from "../mod.ts";
import { convolution } from "./conv2d.ts";
import type { FoursKernel } from "./kernel.ts";
import { quadsOf } from "./layout.ts";

/** The NHWC4 kernel of `deconv2d`. */
export const deconv2dFours: FoursKernel<"deconv2d"> = {
  leads: true,
  shaders(attributes, [input, weights], output, traits) {
    const { stride, pad, dilation, group } = attributes;
    const [samples, channels, height, width] = input as [number, number, number, number];
    const inputs = channels / group, outputs = weights![1]!;
    if (group > 1 && (inputs % 4 !== 0 || outputs % 4 !== 0)) return undefined;
    const taps = along((axis) =>
      Math.ceil((dilation[axis] * (weights![2 + axis]! - 1) + 1) / stride[axis])
    );
    // The first pixels whose phases are not all in the padding.
    const first = along((axis) => Math.floor(pad[axis] / stride[axis]));
    const [rows, columns] = along((axis) =>
      Math.floor((output[2 + axis]! - 1 + pad[axis]) / stride[axis]) - first[axis] + 1
    );
    const phaseOutputs = group * count(stride) * quadsOf(outputs) * 4;
    return convolution({
      ...attributes,
      kernel: taps,
      stride: [1, 1],
      pad: along((axis) => taps[axis] - 1 - first[axis]),
      dilation: [1, 1],
      output: phaseOutputs,
      samples,
      height,
      width,
      rows,
      columns,
      inputs,
      planes: 0,
      weights: [phaseOutputs, inputs, ...taps],
      phases: {
        stride,
        cut: along((axis) => pad[axis] - first[axis] * stride[axis]),
        rows: output[2]!,
        columns: output[3]!,
        output: output[1]!,
      },
      turned: {
        name: `phases ${weights} ${stride} ${dilation} ${group}`,
        mixed: true,
        pack: (data) => turn(data, weights!, attributes, taps),
      },
    }, traits);
  },
};

/** Weights `[C, outputs, kH, kW]` rotated, as `[group, phases, outputs, C/group, taps…]`. */
function turn(
  data: Float32Array,
  [channels, outputs, kernelH, kernelW]: Shape,
  { stride, dilation, group }: Attributes["deconv2d"],
  taps: Pair,
): Float32Array {
  const inputs = channels! / group, rows = quadsOf(outputs!) * 4, phases = count(stride);
  const turned = new Float32Array(group * phases * rows * inputs * count(taps));
  for (let i = 0; i < data.length; i++) {
    const x = i % kernelW! * dilation[1];
    const y = Math.floor(i / kernelW!) % kernelH! * dilation[0];
    const plane = Math.floor(i / (kernelH! * kernelW!));
    const o = plane % outputs!, c = Math.floor(plane / outputs!);
    const phase = y % stride[0] * stride[1] + x % stride[1];
    const row = (Math.floor(c / inputs) * phases + phase) * rows + o;
    const line = (row * inputs + c % inputs + 1) * taps[0] - 1 - Math.floor(y / stride[0]);
    turned[(line + 1) * taps[1] - 1 - Math.floor(x / stride[1])] = data[i]!;
  }
  return turned;
}

function along(of: (axis: 0 | 1) => number): Pair {
  return [of(0), of(1)];
}
