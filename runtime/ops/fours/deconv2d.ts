/**
 * Transposed convolution in NHWC4 as a stride-1 convolution that computes all phases of the stride.
 *
 * Each output channel becomes stride × stride channels of a convolution, computed by its kernels,
 * whose epilogue interleaves the phases (as a depth-to-space does). No zeros are inserted into the
 * input.
 *
 * @module
 */
import { count, type Shape4 } from "../../tensor.ts";
import type { Pair } from "../attribute.ts";
import { phaseTaps, phaseWeights } from "../phases.ts";
import { shadersOf } from "./conv2d.ts";
import type { FoursKernel } from "./kernel.ts";
import { quadsOf } from "./layout.ts";

/** The NHWC4 kernel of `deconv2d`. */
export const deconv2dFours: FoursKernel<"deconv2d"> = {
  leads: true,
  shaders(attributes, [input, weights], output, traits) {
    const { stride, pad, dilation, group } = attributes;
    const [samples, channels, height, width] = input as Shape4;
    const inputs = channels / group, outputs = weights![1]!;
    if (group > 1 && (inputs % 4 !== 0 || outputs % 4 !== 0)) return undefined;
    const taps = phaseTaps(attributes, weights!);
    // The first pixels whose phases are not all in the padding.
    const first = along((axis) => Math.floor(pad[axis] / stride[axis]));
    const [rows, columns] = along((axis) =>
      Math.floor((output[2 + axis]! - 1 + pad[axis]) / stride[axis]) - first[axis] + 1
    );
    const phases = count(stride), rowsOfPhase = quadsOf(outputs) * 4;
    const phaseOutputs = group * phases * rowsOfPhase;
    return shadersOf({
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
        pack: (data) =>
          phaseWeights(
            data,
            weights!,
            attributes,
            phaseOutputs,
            (group, output, phase) => (group * phases + phase) * rowsOfPhase + output,
          ),
      },
    }, traits);
  },
};

function along(of: (axis: 0 | 1) => number): Pair {
  return [of(0), of(1)];
}
