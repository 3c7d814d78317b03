/**
 * `input_dim`, the legacy way to declare the shapes of inputs.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";

/** The dimensions of each input: four per input, or five in files for videos. */
export function inputDims(dims: readonly number[], inputs: number): readonly Shape[] {
  const rank = dims.length === 5 * inputs ? 5 : 4;
  return Array.from({ length: inputs }, (_, i) => dims.slice(rank * i, rank * (i + 1)));
}
