/**
 * Finds the constants that are multiplied in sums of products. They make up nearly all bytes of a
 * model, and tolerate rounding to few bits.
 *
 * @module
 */
import type { Graph } from "../../../runtime/graph.ts";

/** The names of the constants that convolutions and dense layers multiply with. */
export function multiplicands({ nodes, constants }: Graph): Set<string> {
  const products: readonly string[] = ["conv2d", "conv3d", "deconv2d", "dense"];
  const weights = nodes.filter(({ op }) => products.includes(op)).map(({ inputs }) => inputs[1]!);
  return new Set(weights.filter((value) => constants.has(value)).map(({ name }) => name));
}
