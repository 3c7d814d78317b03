/**
 * Rounds weights all at once, which the writers do row by row.
 *
 * @module
 */
import { quantize } from "../../lib/emit/quantize.ts";
import { roundWeights } from "../../lib/emit/round_weights.ts";
import type { RoundedRows } from "../../lib/emit/rounded_rows.ts";
import type { Tensor } from "../../runtime/tensor.ts";

function bytesOf(rows: RoundedRows): ArrayBuffer {
  const bytes = new Uint8Array(rows.length);
  rows.read(0, bytes);
  return bytes.buffer;
}

/** The bits of weights in half precision. */
export const halvesOf = (tensor: Tensor) => new Uint16Array(bytesOf(roundWeights(tensor)));

/** Weights in eight bits. */
export function quantized(tensor: Tensor) {
  const rows = quantize(tensor, "w");
  return { numbers: new Int8Array(bytesOf(rows)), scales: rows.scales };
}
