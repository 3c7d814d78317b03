/**
 * The blobs of a layer that multiplies by weights and adds biases.
 *
 * @module
 */
import { type Shape, showShape } from "../../runtime/tensor.ts";
import { constant } from "./filler.ts";
import type { BlobSpec, Filler } from "./layer.ts";

/** The settings that decide on them. */
interface WeightSettings {
  readonly num_output: number;
  readonly bias_term: boolean;
  readonly weight_filler: Filler | undefined;
  readonly bias_filler: Filler | undefined;
}

/**
 * Weights of a shape, then one bias for each output if there are biases.
 *
 * @param bottom The shape of the bottom on which that of the weights depends, for errors: with a
 * wrong size of pictures, weights do not fit.
 */
export function weightsAndBiases(
  { num_output, bias_term, weight_filler, bias_filler }: WeightSettings,
  shape: Shape,
  bottom?: Shape,
  name = "weights",
): readonly BlobSpec[] {
  const because = `num_output ${num_output}`;
  const weights = {
    name,
    shape,
    filler: weight_filler,
    because: because + (bottom === undefined ? "" : ` with a bottom ${showShape(bottom)}`),
  };
  const biases = {
    name: "biases",
    shape: [num_output],
    filler: bias_filler ?? constant(0),
    because,
  };
  return bias_term ? [weights, biases] : [weights];
}
