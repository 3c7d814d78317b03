/**
 * Quantizes weights to int8, with one scale per output row, symmetric around 0.
 *
 * Each row keeps its sum as well as possible, for the reason that `round_to_halves.ts` gives: the
 * weights closest to the middle between two steps are rounded the other way, until the errors
 * cancel.
 *
 * @see https://arxiv.org/abs/1806.08342 for per-channel scales
 *
 * @module
 */
import type { Tensor } from "../../../runtime/tensor.ts";
import { type RoundedRow, RoundedRows } from "./rounded_rows.ts";
import { largest as largestIn, nearestInt8 } from "./nearest.ts";

/** The largest magnitude, so that rows are symmetric. */
const maxInt8 = 127;
/** The least errors, as shares of a step, of weights rounded the other way; tried in this order. */
const shares = [0.45, 0.4, 0.35, 0.3, 0.25];

/**
 * Quantizes weights whose rows run along the first axis.
 *
 * Reading the result throws a `RangeError` if a weight is infinite or NaN.
 *
 * @param name The weights' name, for messages.
 */
export function quantize({ shape, data }: Tensor, name: string): RoundedRows {
  return new RoundedRows(data, shape[0]!, {
    size: 1,
    round: (row, rounded) => quantizeRow(row, rounded, name),
  });
}

/** The error for weights that are not finite. */
export function notFinite(name: string, format: string): RangeError {
  return new RangeError(
    `Cannot round weights ${JSON.stringify(name)} to ${format}: some are infinite or NaN`,
  );
}

function quantizeRow(row: Float32Array, rounded: Uint8Array, name: string): RoundedRow {
  const numbers = new Int8Array(rounded.buffer, rounded.byteOffset, rounded.length);
  const largest = largestIn(row);
  const scale = Math.fround(largest / maxInt8);
  // A subnormal scale would be too imprecise to restore the weights.
  const isLost = scale < 2 ** -126;
  const sums = nearestInt8(row, numbers, isLost ? 1 : scale);
  if (!Number.isFinite(sums.error)) {
    throw notFinite(name, "int8");
  }
  if (isLost) return { ...sums, scale: 0 };
  return {
    ...sums,
    differences: sums.differences + keepSum(row, numbers, scale, sums.error),
    scale,
  };
}

/**
 * Adjusts some numbers of a row so that its sum approaches that of the exact weights.
 *
 * @param error The exact sum less the rounded one.
 * @returns The increase of the sum of squared differences.
 */
function keepSum(row: Float32Array, numbers: Int8Array, scale: number, error: number): number {
  let steps = error / scale, more = 0;
  for (const share of shares) {
    for (let i = 0; i < row.length && Math.abs(steps) >= 0.5; i++) {
      const off = row[i]! / scale - numbers[i]!;
      const direction = Math.sign(steps), other = numbers[i]! + direction;
      if (off * steps < 0 || Math.abs(off) < share || Math.abs(other) > maxInt8) continue;
      steps -= direction;
      numbers[i] = other;
      more += (off - direction) ** 2 - off ** 2;
    }
  }
  return more * scale * scale;
}
