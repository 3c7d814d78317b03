/**
 * Rounds weights with WebAssembly kernels, sixteen at a time, and the rest one by one.
 *
 * @module
 */
import { deferredBytes } from "../../../proto/deferred.ts";
import { kernels } from "./kernels.ts";
import { largestOf, roundToHalf, roundToInt8, type Sums } from "./loops.ts";

/** For fewer weights, a kernel call does not pay. */
const few = 64;
/** Squares of smaller weights would vanish in float32. */
const smallest = 2 ** -50;
/** The least magnitude that rounds to infinity in float16. */
export const tooLarge = 65520;

/** Buffers for some weights and their rounded bytes, reused by every call. */
export function memory(
  weights: number,
  bytes: number,
): { readonly weights: Float32Array; readonly rounded: Uint8Array } {
  return kernels()?.memory(weights, bytes) ??
    { weights: new Float32Array(weights), rounded: new Uint8Array(bytes) };
}

/** Fills the buffer with weights from an offset on. */
export function load(from: Float32Array, start: number, weights: Float32Array): void {
  const deferred = deferredBytes(from);
  if (deferred === undefined) {
    weights.set(from.subarray(start, start + weights.length));
  } else {
    const { buffer, byteOffset, byteLength } = weights;
    deferred.read(4 * start, new Uint8Array(buffer, byteOffset, byteLength));
  }
}

/** The largest magnitude of weights in the buffer. */
export function largest(weights: Float32Array): number {
  const [many, rest] = split(weights);
  if (many.length === 0) return largestOf(weights);
  return Math.max(kernels()!.largest(many), largestOf(rest));
}

/** Rounds weights to float16, both in the buffers. */
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
  // The kernel does not preserve NaN.
  return Number.isNaN(sums.error) ? roundToHalf(weights, halves) : sums;
}

/** Rounds weights to integers, in units of the scale. */
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

/** The weights for a kernel, and the rest. */
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
