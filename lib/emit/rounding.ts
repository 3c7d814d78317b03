/**
 * Rounds weights: most of them by kernels, sixteen at a time, the rest in plain loops.
 *
 * @module
 */
import { deferredBytes } from "../../proto/deferred.ts";
import { kernels } from "./rounding_kernels.ts";
import { largestOf, roundToHalf, roundToInt8, type Sums } from "./rounding_loops.ts";

/** Fewer weights than this are not worth a call. */
const few = 64;
/** The squares of smaller weights are nothing beside each other in float32. */
const smallest = 2 ** -50;
/** What is as large as this is no half. */
export const tooLarge = 65520;

/** Memory for some weights, and for so many bytes that they become; it is used again and again. */
export function memory(
  weights: number,
  bytes: number,
): { readonly weights: Float32Array; readonly rounded: Uint8Array } {
  return kernels()?.memory(weights, bytes) ??
    { weights: new Float32Array(weights), rounded: new Uint8Array(bytes) };
}

/** Fills that memory with weights, from one of them on. */
export function load(from: Float32Array, start: number, weights: Float32Array): void {
  const deferred = deferredBytes(from);
  if (deferred === undefined) {
    weights.set(from.subarray(start, start + weights.length));
  } else {
    const { buffer, byteOffset, byteLength } = weights;
    deferred.read(4 * start, new Uint8Array(buffer, byteOffset, byteLength));
  }
}

/** The largest magnitude of weights in that memory. */
export function largest(weights: Float32Array): number {
  const [many, rest] = split(weights);
  if (many.length === 0) return largestOf(weights);
  return Math.max(kernels()!.largest(many), largestOf(rest));
}

/** Makes the nearest halves of weights, both in that memory. */
export function nearestHalves(
  weights: Float32Array,
  halves: Uint16Array,
  largest: number,
): Sums {
  const [many, rest] = split(weights);
  const isPlain = largest >= tooLarge || largest < smallest || many.length === 0;
  if (isPlain) return roundToHalf(weights, halves);
  const sums = add(
    kernels()!.toHalf(many, halves),
    roundToHalf(rest, halves.subarray(many.length)),
  );
  // Where something is not a number, the kernel has made one of it.
  return Number.isNaN(sums.error) ? roundToHalf(weights, halves) : sums;
}

/** Makes the nearest whole numbers of weights, which are so many times smaller than they. */
export function nearestInt8(
  weights: Float32Array,
  numbers: Int8Array,
  scale: number,
): Sums {
  const [many, rest] = split(weights);
  if (many.length === 0) return roundToInt8(weights, numbers, scale);
  return add(
    kernels()!.toInt8(many, numbers, scale),
    roundToInt8(rest, numbers.subarray(many.length), scale),
  );
}

/** The weights for a kernel, if it is worth it, and the others. */
function split(weights: Float32Array): readonly [many: Float32Array, rest: Float32Array] {
  const { length } = weights;
  const middle = length < few || kernels() === undefined ? 0 : length - length % 16;
  return [weights.subarray(0, middle), weights.subarray(middle)];
}

function add(a: Sums, b: Sums): Sums {
  return {
    error: a.error + b.error,
    differences: a.differences + b.differences,
    squares: a.squares + b.squares,
  };
}
