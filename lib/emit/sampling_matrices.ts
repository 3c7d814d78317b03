/**
 * Resizing as two matrix products, for formats whose resizing ops compute differently: one matrix
 * `[output, input]` for the rows, one for the columns.
 *
 * @module
 */
import { stepsOf } from "../../runtime/ops/downsample.ts";
import { triangle } from "../../runtime/ops/resample.ts";
import type { Taps } from "../../runtime/ops/taps.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";

/** The matrix of given taps, `[taps.length, extent]`. */
export function tapMatrix(taps: readonly Taps[], extent: number): Tensor {
  const data = new Float32Array(taps.length * extent);
  taps.forEach((taps, row) => {
    for (const [at, weight] of taps) data[row * extent + at]! += weight;
  });
  return { shape: [taps.length, extent], data };
}

/**
 * The weights of the input's rows and columns in those of a `downsample`, before NaNs are left out and
 * sums are divided.
 */
export function downsamplingMatrices(input: Shape, output: Shape): [down: Tensor, along: Tensor] {
  const steps = stepsOf(input, output);
  const matrix = (axis: 0 | 1): Tensor => {
    const shape = [output[2 + axis]!, input[2 + axis]!] as const, step = steps[axis];
    const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => {
      const [row, at] = [Math.floor(i / shape[1]), i % shape[1]];
      return triangle((at - row * step) / step);
    });
    return { shape, data };
  };
  return [matrix(0), matrix(1)];
}
