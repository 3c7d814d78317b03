/**
 * The phases of a transposed convolution: output pixels that lie a multiple of the stride apart.
 *
 * All pixels of a phase see the input through the same taps, as those of a convolution with stride 1
 * do.
 *
 * @module
 */
import { count, type Shape, type Shape4 } from "../tensor.ts";
import type { Pair } from "./attribute.ts";

/** The settings of a transposed convolution that matter here. */
interface Transposed {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly group: number;
}

/** The taps of a phase along each axis, for weights `[C, outputs, kH, kW]`. */
export function phaseTaps({ stride, dilation }: Transposed, weights: Shape): Pair {
  const along = (axis: 0 | 1) =>
    Math.ceil((dilation[axis] * (weights[2 + axis]! - 1) + 1) / stride[axis]);
  return [along(0), along(1)];
}

/**
 * The weights of all phases, rotated by 180°: `[rows, C/group, taps…]`.
 *
 * @param weights The shape of the weights, `[C, outputs, kH, kW]`.
 * @param rowOf The row of an output of a group in a phase.
 */
export function phaseWeights(
  data: Float32Array,
  weights: Shape,
  attributes: Transposed,
  rows: number,
  rowOf: (group: number, output: number, phase: number) => number,
): Float32Array {
  const { stride, dilation, group } = attributes;
  const [channels, outputs, kernelH, kernelW] = weights as Shape4;
  const taps = phaseTaps(attributes, weights), inputs = channels / group;
  const turned = new Float32Array(rows * inputs * count(taps));
  for (let i = 0; i < data.length; i++) {
    const x = i % kernelW * dilation[1];
    const y = Math.floor(i / kernelW) % kernelH * dilation[0];
    const plane = Math.floor(i / (kernelH * kernelW)), c = Math.floor(plane / outputs);
    const phase = y % stride[0] * stride[1] + x % stride[1];
    const row = rowOf(Math.floor(c / inputs), plane % outputs, phase);
    const line = (row * inputs + c % inputs + 1) * taps[0] - 1 - Math.floor(y / stride[0]);
    turned[(line + 1) * taps[1] - 1 - Math.floor(x / stride[1])] = data[i]!;
  }
  return turned;
}
