/**
 * Weights that are rounded row by row, where they are asked for: those of a large layer need never
 * be in memory all at once, neither as they were nor as they become.
 *
 * @module
 */
import type { DeferredBytes } from "../../proto/deferred.ts";
import type { RoundingError } from "./rounding_error.ts";
import { load, memory } from "./rounding.ts";
import type { Sums } from "./rounding_loops.ts";

/** What rounding a row has led to. */
export interface RoundedRow extends Pick<Sums, "differences" | "squares"> {
  /** What its numbers are to be multiplied with. */
  readonly scale: number;
}

/** How a row is rounded. */
export interface Rounding {
  /** The bytes of a rounded weight. */
  readonly size: 1 | 2;
  /** Rounds the weights of a row. */
  readonly round: (row: Float32Array, rounded: Uint8Array) => RoundedRow;
}

/** So many weights are rounded at a time, or a row if it has more. */
const blockSize = 1 << 18;

/** The bytes of rounded weights, whose rows run along the first axis. */
export class RoundedRows implements DeferredBytes {
  readonly length: number;
  /** The scale of each row that was rounded so far. */
  readonly scales: Float32Array<ArrayBuffer>;
  readonly #data: Float32Array;
  readonly #rounding: Rounding;
  readonly #differences: Float64Array;
  readonly #squares: Float64Array;

  /** @param rows How many rows there are. */
  constructor(data: Float32Array, rows: number, rounding: Rounding) {
    this.#data = data;
    this.#rounding = rounding;
    this.length = data.length * rounding.size;
    this.scales = new Float32Array(rows);
    this.#differences = new Float64Array(rows);
    this.#squares = new Float64Array(rows);
  }

  /** Rounds as many rows as it takes. */
  read(position: number, into: Uint8Array): void {
    const rows = this.scales.length, size = this.length / rows;
    for (let at = 0; at < into.length;) {
      const first = Math.floor((position + at) / size), skipped = position + at - first * size;
      const wanted = Math.ceil((skipped + into.length - at) / size);
      const most = Math.max(1, Math.floor(blockSize * this.#rounding.size / size));
      const rounded = this.#round(first, Math.min(wanted, most));
      const part = rounded.subarray(skipped, skipped + into.length - at);
      into.set(part, at);
      at += part.length;
    }
  }

  /** How far all of them have moved, once all were rounded. */
  error(name: string): RoundingError {
    const sum = (rows: Float64Array) => rows.reduce((a, b) => a + b, 0);
    const differences = sum(this.#differences), squares = sum(this.#squares);
    const relative = differences === 0 ? 0 : Math.sqrt(differences / squares);
    return { name, count: this.#data.length, relative };
  }

  /** The bytes of some rows, which stay as they are until the next are rounded. */
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
