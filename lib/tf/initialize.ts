/**
 * Draws the initial values of learned blobs as Caffe's fillers do.
 *
 * @see https://github.com/BVLC/caffe/blob/master/include/caffe/filler.hpp
 *
 * @module
 */
import { count, type Shape } from "../../runtime/tensor.ts";
import type { Filler } from "../layers/layer.ts";

/** A uniform random number generator on [0, 1). */
export type Random = () => number;

/** A filler with all of its settings. */
type RandomFiller = Filler & {
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly variance_norm?: "FAN_IN" | "FAN_OUT" | "AVERAGE";
};

/**
 * Values drawn by a filler.
 *
 * @param shape The blob's, outputs first: its fan-in is the number of elements per output.
 */
export function draw(filler: Filler, shape: Shape, random: Random): Float32Array {
  const { type, min = 0, max = 1, mean = 0, std = 1, variance_norm = "FAN_IN" } =
    filler as RandomFiller;
  const size = count(shape);
  const [outputs, inputs] = [size / (shape[1] ?? 1), size / (shape[0] ?? 1)];
  const fan = { FAN_IN: inputs, FAN_OUT: outputs, AVERAGE: (inputs + outputs) / 2 }[variance_norm];
  const between = (low: number, high: number) => () => low + (high - low) * random();
  // The Box–Muller transform.
  const normal = (deviation: number) => () =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const numbers = (next: () => number) => Float32Array.from({ length: size }, next);
  switch (type) {
    case "uniform":
      return numbers(between(min, max));
    case "gaussian":
      return numbers(normal(std));
    case "xavier":
      return numbers(between(-Math.sqrt(3 / fan), Math.sqrt(3 / fan)));
    case "msra":
      return numbers(normal(Math.sqrt(2 / fan)));
    case "positive_unitball":
      return divided(numbers(random), inputs, (row) => row.reduce((sum, x) => sum + x, 0));
    case "gaussian_unitball":
      return divided(numbers(normal(1)), inputs, lengthOf);
    default:
      throw new TypeError(`there is no filler ${JSON.stringify(type)}`);
  }
}

function lengthOf(row: Float32Array): number {
  return Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
}

/** Rows of `width` numbers, each divided by its size. */
function divided(
  drawn: Float32Array,
  width: number,
  sizeOf: (row: Float32Array) => number,
): Float32Array {
  for (let start = 0; start < drawn.length; start += width) {
    const row = drawn.subarray(start, start + width);
    const size = sizeOf(row);
    row.forEach((value, i) => row[i] = value / size);
  }
  return drawn;
}
