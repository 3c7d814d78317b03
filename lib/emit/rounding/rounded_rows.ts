/**
 * Weights that are rounded lazily, row by row, so that large layers are never in memory as a whole.
 *
 * @module
 */
import type { DeferredBytes } from "../../../proto/deferred.ts";
import type { Sums } from "./loops.ts";
import { load, memory } from "./nearest.ts";
import type { RoundingError } from "./rounding_error.ts";

/** The result of rounding a row. */
export interface RoundedRow extends Pick<Sums, "differences" | "squares"> {
  /** The factor of its numbers. */
  readonly scale: number;
}

/** A way of rounding. */
export interface Rounding {
  /** The bytes per rounded weight. */
  readonly size: 1 | 2;
  /** Rounds the weights of a row. */
  readonly round: (row: Float32Array, rounded: Uint8Array) => RoundedRow;
}

/** The weights rounded at a time, or one row if that is longer. */
const blockSize = 1 << 18;

/** The bytes of rounded weights, whose rows run along the first axis. */
export class RoundedRows implements DeferredBytes {
  readonly length: number;
  /** The scales of the rows rounded so far. */
  readonly scales: Float32Array<ArrayBuffer>;
  readonly #data: Float32Array;
  readonly #rounding: Rounding;
  readonly #differences: Float64Array;
  readonly #squares: Float64Array;

  /** @param rows The number of rows. */
  constructor(data: Float32Array, rows: number, rounding: Rounding) {
    this.#data = data;
    this.#rounding = rounding;
    this.length = data.length * rounding.size;
    this.scales = new Float32Array(rows);
    this.#differences = new Float64Array(rows);
    this.#squares = new Float64Array(rows);
  }

  /** Rounds the rows that contain the requested bytes. */
  read(position: number, into: Uint8Array): void {
    const rows = this.scales.length, size = this.length / rows;
    for (let at = 0; at < into.length;) {
      const first = Math.floor((position + at) / size), skipped = position + at - first * size;
      const wanted = Math.ceil((skipped + into.length - at) / size);
      const maxRows = Math.max(1, Math.floor(blockSize * this.#rounding.size / size));
      const rounded = this.#round(first, Math.min(wanted, maxRows));
      const part = rounded.subarray(skipped, skipped + into.length - at);
      into.set(part, at);
      at += part.length;
    }
  }

  /** The total rounding error, once all rows were rounded. */
  error(name: string): RoundingError {
    const sum = (rows: Float64Array) => rows.reduce((a, b) => a + b, 0);
    const differences = sum(this.#differences), squares = sum(this.#squares);
    const relative = differences === 0 ? 0 : Math.sqrt(differences / squares);
    return { name, count: this.#data.length, relative };
  }

  /** The bytes of some rows, valid until the next call. */
  #round(first: number, count: number): Uint8Array {
    const { size, round } = this.#rounding, length = this.#data.length / this.scales.length;
    const { weights, rounded } = memory(count * length, count * length * size);
    load(this.#data, first * length, weights);
    for (let i = 0; i < count; i++) {
      const [from, end] = [i * length, (i + 1) * length];
      const row = round(weights.subarray(from, end), rounded.subarray(from * size, end * size));
      this.scales[first + i] = row.scale;
      this.#differences[first + i] = row.differences;
      this.#squares[first + i] = row.squares;
    }
    return rounded;
  }
}
