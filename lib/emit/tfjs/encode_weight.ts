/**
 * The bytes of a constant in a graph model.
 *
 * @module
 */
import { toHalf } from "../../../runtime/half.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { fitsHalf } from "../half_range.ts";
import { notFinite } from "../quantize.ts";
import { ownBytes } from "../own_bytes.ts";
import type { TfValue } from "./node.ts";

/** How a graph model keeps learned weights: as they are, as halves, or as 256 steps between two numbers. */
export type GraphModelWeights = "float32" | "float16" | "uint8";

/** A constant as `weightsManifest` describes it. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: "float32" | "int32";
  readonly quantization?: object;
}

/** A constant's bytes, and what they are. */
export interface EncodedWeight {
  readonly spec: WeightSpec;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A constant for a graph model. What was not learned, or what halves cannot hold, is kept exactly,
 * and in 256 steps only what has two axes or more: a bias costs little and means much. Whole numbers
 * stay what they are.
 *
 * @throws {RangeError} if 256 steps are asked for, and a weight is infinite or not a number.
 */
export function encodeWeight(value: TfValue, as: GraphModelWeights): EncodedWeight {
  const { node: { name }, shape, data } = value;
  if (data instanceof Int32Array) {
    return { spec: { name, shape, dtype: "int32" }, bytes: bytesOf(data) };
  }
  const spec = { name, shape, dtype: "float32" } as const;
  if (!value.learned || as === "float32" || (as === "uint8" && shape.length < 2)) {
    return { spec, bytes: bytesOf(data!) };
  }
  if (as === "float16") {
    if (!fitsHalf({ shape, data: data! })) return { spec, bytes: bytesOf(data!) };
    const quantization = { dtype: "float16", original_dtype: "float32" };
    return { spec: { ...spec, quantization }, bytes: bytesOf(toHalf(data!)) };
  }
  const quantized = quantize(data!, name);
  if (quantized === undefined) return { spec, bytes: bytesOf(data!) };
  const { steps, scale, min } = quantized;
  const quantization = { dtype: "uint8", scale, min, original_dtype: "float32" };
  return { spec: { ...spec, quantization }, bytes: steps };
}

/**
 * Numbers as the nearest of 256 steps from `min` on, of which one is 0 if 0 lies among them. Where all
 * are whole, they say places rather than weights: the steps are of 1, or `undefined` if too few.
 */
function quantize(
  data: Float32Array,
  name: string,
): { steps: Uint8Array<ArrayBuffer>; scale: number; min: number } | undefined {
  if (!data.every(Number.isFinite)) throw notFinite(name, "uint8");
  let low = Infinity, high = -Infinity;
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const isWhole = data.every(Number.isInteger);
  if (isWhole && high - low > 255) return undefined;
  const scale = high > low && !isWhole ? (high - low) / 255 : 1;
  const min = low <= 0 && high >= 0 ? -Math.round(-low / scale) * scale : low;
  const steps = Uint8Array.from(data, (value) => {
    return Math.min(255, Math.max(0, Math.round((value - min) / scale)));
  });
  return { steps, scale, min };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array | Uint16Array) {
  return ownBytes(new Uint8Array(buffer, byteOffset, byteLength));
}
