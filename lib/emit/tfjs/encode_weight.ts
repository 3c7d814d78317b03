/**
 * Encodes the constants of a graph model.
 *
 * @module
 */
import type { Shape } from "../../../runtime/tensor.ts";
import { copyOf, deferBytes, deferredBytes } from "../../../proto/deferred.ts";
import { ownBytes } from "../own_bytes.ts";
import { fitsHalf } from "../rounding/fits_half.ts";
import { largest, load, memory, nearestHalves } from "../rounding/nearest.ts";
import { notFinite } from "../rounding/quantize.ts";
import type { TfValue } from "./node.ts";

/** The storage format of learned weights in a graph model: exact, halves, or 256 uniform steps. */
export type GraphModelWeights = "float32" | "float16" | "uint8";

/** A constant as `weightsManifest` describes it. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: "float32" | "int32";
  readonly quantization?: object;
}

/** A constant's bytes, which may be deferred, and their description. */
export interface EncodedWeight {
  readonly spec: WeightSpec;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Encodes a constant for a graph model. Constants that are not learned or exceed float16 stay
 * exact, and only those with two axes or more are quantized to uint8: biases are small and
 * sensitive. Whole numbers, which are indices rather than weights, never change.
 *
 * @throws {RangeError} if uint8 is requested, and a weight is infinite or NaN.
 */
export function encodeWeight(value: TfValue, as: GraphModelWeights): EncodedWeight {
  const { node: { name }, shape } = value, exact = value.data!;
  if (exact instanceof Int32Array) {
    return { spec: { name, shape, dtype: "int32" }, bytes: bytesOf(exact) };
  }
  const spec = { name, shape, dtype: "float32" } as const;
  if (!value.learned || as === "float32" || (as === "uint8" && shape.length < 2)) {
    return { spec, bytes: bytesOf(exact) };
  }
  const data = copyOf(exact);
  if (as === "float16") {
    if (!fitsHalf({ shape, data })) return { spec, bytes: bytesOf(exact) };
    const quantization = { dtype: "float16", original_dtype: "float32" };
    return { spec: { ...spec, quantization }, bytes: bytesOf(halvesOf(data)) };
  }
  const quantized = quantize(data, name);
  if (quantized === undefined) return { spec, bytes: bytesOf(exact) };
  const { steps, scale, min } = quantized;
  const quantization = { dtype: "uint8", scale, min, original_dtype: "float32" };
  return { spec: { ...spec, quantization }, bytes: steps };
}

/** The weights rounded at a time. */
const blockSize = 1 << 18;

/** The nearest halves. */
function halvesOf(data: Float32Array): Uint16Array {
  const halves = new Uint16Array(data.length);
  for (let start = 0; start < data.length; start += blockSize) {
    const length = Math.min(blockSize, data.length - start);
    const { weights, rounded } = memory(length, 2 * length);
    load(data, start, weights);
    const bits = new Uint16Array(rounded.buffer, rounded.byteOffset, length);
    nearestHalves(weights, bits, largest(weights));
    halves.set(bits, start);
  }
  return halves;
}

/**
 * Quantizes numbers to 256 uniform steps from `min` on; 0 stays exact if it is in the range. If all
 * numbers are whole, steps are of 1, and `undefined` if 256 are too few.
 */
function quantize(
  data: Float32Array,
  name: string,
): { steps: Uint8Array<ArrayBuffer>; scale: number; min: number } | undefined {
  let low = Infinity, high = -Infinity, isWhole = true;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!Number.isFinite(value)) throw notFinite(name, "uint8");
    if (value < low) low = value;
    if (value > high) high = value;
    isWhole &&= value === Math.floor(value);
  }
  if (isWhole && high - low > 255) return undefined;
  const scale = high > low && !isWhole ? (high - low) / 255 : 1;
  const min = low <= 0 && high >= 0 ? -Math.round(-low / scale) * scale : low;
  // It rounds, and clamps to 0 and 255.
  const steps = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) steps[i] = (data[i]! - min) / scale;
  return { steps: new Uint8Array(steps.buffer), scale, min };
}

/** The bytes of numbers; deferred ones remain so. */
export function bytesOf(
  numbers: Float32Array | Int32Array | Uint16Array,
): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = numbers;
  const deferred = numbers instanceof Float32Array ? deferredBytes(numbers) : undefined;
  return deferred === undefined
    ? ownBytes(new Uint8Array(buffer, byteOffset, byteLength))
    : deferBytes(byteLength, deferred.read);
}
