/**
 * Rounds weights to eight bits: a row of weights, those of one output, is whole numbers from −127 to
 * 127 and one scale.
 *
 * Every row keeps its sum as well as it can, for the reason that `round_weights.ts` gives: the
 * weights that lie closest to the middle between two steps are rounded the other way, until the
 * errors cancel.
 *
 * @see https://arxiv.org/abs/1806.08342 for what a scale a row is good for
 *
 * @module
 */
import type { Tensor } from "../../runtime/tensor.ts";
import { type RoundedRow, RoundedRows } from "./rounded_rows.ts";
import { largest as largestIn, nearestInt8 } from "./rounding.ts";

/** The largest number, so that rows are symmetric. */
const most = 127;
/** The shares of a step by which a weight may be off to be rounded the other way, in this order. */
const shares = [0.45, 0.4, 0.35, 0.3, 0.25];

/**
 * Weights whose rows run along the first axis, as whole numbers and scales.
 *
 * Where they are read it throws a `RangeError`, if a weight is infinite or not a number.
 *
 * @param name What they are called, for messages.
 */
export function quantize({ shape, data }: Tensor, name: string): RoundedRows {
  return new RoundedRows(data, shape[0]!, {
    size: 1,
    round: (row, rounded) => quantizeRow(row, rounded, name),
  });
}

/** The error of weights that have no place between a lowest and a highest. */
export function notFinite(name: string, format: string): RangeError {
  return new RangeError(
    `Cannot round weights ${JSON.stringify(name)} to ${format}: some are infinite or NaN`,
  );
}

function quantizeRow(row: Float32Array, rounded: Uint8Array, name: string): RoundedRow {
  const numbers = new Int8Array(rounded.buffer, rounded.byteOffset, rounded.length);
  const largest = largestIn(row);
  const scale = Math.fround(largest / most);
  // A scale that float32 cannot hold well would not give the weights back.
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
 * Changes some numbers of a row so that its sum is that of the exact weights, or nearly.
 *
 * @param error What the exact ones are more in all.
 * @returns How much larger that makes the sum of the squared differences.
 */
function keepSum(row: Float32Array, numbers: Int8Array, scale: number, error: number): number {
  let steps = error / scale, more = 0;
  for (const share of shares) {
    for (let i = 0; i < row.length && Math.abs(steps) >= 0.5; i++) {
      const off = row[i]! / scale - numbers[i]!;
      const direction = Math.sign(steps), other = numbers[i]! + direction;
      if (off * steps < 0 || Math.abs(off) < share || Math.abs(other) > most) continue;
      steps -= direction;
      numbers[i] = other;
      more += (off - direction) ** 2 - off ** 2;
    }
  }
  return more * scale * scale;
}
