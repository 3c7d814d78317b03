/**
 * Rounds all weights of a tensor at once.
 *
 * @module
 */
import { quantize } from "../../../lib/emit/rounding/quantize.ts";
import { roundToHalves } from "../../../lib/emit/rounding/round_to_halves.ts";
import type { RoundedRows } from "../../../lib/emit/rounding/rounded_rows.ts";
import type { Tensor } from "../../../runtime/tensor.ts";

function bytesOf(rows: RoundedRows): ArrayBuffer {
  const bytes = new Uint8Array(rows.length);
  rows.read(0, bytes);
  return bytes.buffer;
}

/** The bits of weights in float16. */
export const halvesOf = (tensor: Tensor) => new Uint16Array(bytesOf(roundToHalves(tensor)));

/** Weights in int8, and the scale of each row. */
export function quantized(tensor: Tensor) {
  const rows = quantize(tensor, "w");
  return { numbers: new Int8Array(bytesOf(rows)), scales: rows.scales };
}
