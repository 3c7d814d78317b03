/**
 * Tells which constants halves cannot hold: those stay in float32.
 *
 * @module
 */
import type { Tensor } from "../../runtime/tensor.ts";
import { largest, load, memory, tooLarge } from "./rounding.ts";

/** So many weights are looked at together. */
const blockSize = 1 << 18;
/** What is not larger becomes zero. */
const tooSmall = 2 ** -25;
/** Up to here, halves hold each whole number. */
const largestWhole = 2 ** 11;

/**
 * Whether halves hold all numbers of a constant: none becomes infinite that is not, and none of a
 * bias or of statistics becomes zero, by which another may be divided. Where all numbers are whole,
 * they say places rather than weights, and none may become another.
 */
export function fitsHalf({ shape, data }: Tensor): boolean {
  const isRow = shape.filter((extent) => extent !== 1).length <= 1;
  let isWhole = true, isLarge = false;
  for (let start = 0; start < data.length; start += blockSize) {
    const { weights } = memory(Math.min(blockSize, data.length - start), 0);
    load(data, start, weights);
    const most = largest(weights);
    if (most >= tooLarge && weights.some(isTooLarge)) return false;
    if (isRow && weights.some(isTooSmall)) return false;
    isWhole &&= weights.every(Number.isInteger);
    isLarge ||= most > largestWhole;
  }
  return !(isWhole && isLarge);
}

function isTooLarge(weight: number): boolean {
  return Math.abs(weight) >= tooLarge && Number.isFinite(weight);
}

function isTooSmall(weight: number): boolean {
  return Math.abs(weight) <= tooSmall && weight !== 0;
}
