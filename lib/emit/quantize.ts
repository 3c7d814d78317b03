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

/** Weights in eight bits: a weight is its number times the scale of its row. */
export interface Quantized {
  readonly numbers: Int8Array<ArrayBuffer>;
  /** One for each index of the first axis. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** The largest number, so that rows are symmetric. */
const most = 127;
/** The shares of a step by which a weight may be off to be rounded the other way, in this order. */
const shares = [0.45, 0.4, 0.35, 0.3, 0.25];

/**
 * Weights whose rows run along the first axis, rounded.
 *
 * @throws {RangeError} if a weight is infinite or not a number.
 */
export function quantize({ shape, data }: Tensor): Quantized {
  const rows = shape[0]!, length = data.length / rows;
  const numbers = new Int8Array(data.length), scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * length, end = start + length;
    scales[row] = quantizeRow(data.subarray(start, end), numbers.subarray(start, end));
  }
  return { numbers, scales };
}

/** Rounds a row, and gives its scale. */
function quantizeRow(row: Float32Array, numbers: Int8Array): number {
  let largest = 0;
  for (let i = 0; i < row.length; i++) {
    const magnitude = Math.abs(row[i]!);
    if (magnitude <= largest) continue;
    if (!Number.isFinite(magnitude)) {
      throw new RangeError("Cannot round weights to int8: some are infinite or not numbers");
    }
    largest = magnitude;
  }
  // A scale that float32 cannot hold well would not give the weights back.
  const scale = Math.fround(largest / most);
  if (scale < 2 ** -126) return 0;
  let error = 0;
  for (let i = 0; i < row.length; i++) {
    const exact = row[i]! / scale;
    // The same as Math.round, for which the platform takes three times as long.
    const rounded = Math.floor(exact + 0.5) | 0;
    numbers[i] = rounded;
    error += exact - rounded;
  }
  for (const share of shares) {
    for (let i = 0; i < row.length && Math.abs(error) >= 0.5; i++) {
      const off = row[i]! / scale - numbers[i]!;
      const other = numbers[i]! + Math.sign(error);
      if (off * error < 0 || Math.abs(off) < share || Math.abs(other) > most) continue;
      error -= Math.sign(error);
      numbers[i] = other;
    }
  }
  return scale;
}
