/**
 * Tells which constants float16 cannot hold; those stay in float32.
 *
 * @module
 */
import type { Tensor } from "../../../runtime/tensor.ts";
import { withoutOnes } from "../../without_ones.ts";
import { largest, load, memory, tooLarge } from "./nearest.ts";

/** The weights examined at a time. */
const blockSize = 1 << 18;
/** Magnitudes up to this become zero. */
const tooSmall = 2 ** -25;
/** Halves represent all integers up to this. */
const largestWhole = 2 ** 11;

/**
 * Whether float16 can hold a constant: no number overflows and, in biases and statistics, which may
 * be divisors, none underflows to zero. If all numbers are integers, they are taken for indices rather
 * than weights, and none may change.
 */
export function fitsHalf({ shape, data }: Tensor): boolean {
  const isRow = withoutOnes(shape).length <= 1;
  let isWhole = true, isLarge = false;
  for (let start = 0; start < data.length; start += blockSize) {
    const { weights } = memory(Math.min(blockSize, data.length - start), 0);
    load(data, start, weights);
    const magnitude = largest(weights);
    if (magnitude >= tooLarge && weights.some(isTooLarge)) return false;
    if (isRow && weights.some(isTooSmall)) return false;
    isWhole &&= weights.every(Number.isInteger);
    isLarge ||= magnitude > largestWhole;
  }
  return !(isWhole && isLarge);
}

function isTooLarge(weight: number): boolean {
  return Math.abs(weight) >= tooLarge && Number.isFinite(weight);
}

function isTooSmall(weight: number): boolean {
  return Math.abs(weight) <= tooSmall && weight !== 0;
}
