/**
 * The GEMM micro-kernel of convolutions: a 4 × 8 tile of the result in registers.
 *
 * ```
 *                  ┌────────┐
 *                  │ pixels │ depth × 8, a panel
 *                  └────────┘
 *   ┌───────────┐  ┌────────┐
 *   │  weights  │  │  tile  │ 4 × 8
 *   └───────────┘  └────────┘
 * ```
 *
 * Both factors are packed in the order in which they are read: pixels in panels of eight columns,
 * weights in panels of four rows that start with their biases. A larger tile would spill registers.
 * Weights are loaded one by one into all lanes or, where the platform checks the bounds of each
 * load, four at once and then shuffled.
 *
 * @module
 */
import { packQuad } from "../ops/fours/weights.ts";
import * as w from "../wasm/assembler.ts";
import type { Module } from "../wasm/assembler.ts";
import type { Finish } from "./functions.ts";

/** The rows of a panel of weights; the last one may have fewer. */
export const tileRows = 4;
/** The columns of a panel of pixels. */
export const tileColumns = 8;

/**
 * Packs weights `[outputs, depth]` as panels: four biases, then the four weights of each tap. The
 * last panel of each group of `rows` may be narrower.
 */
export function packRows(
  rows: number,
  depth: number,
  packed: Float32Array,
  weights: Float32Array,
  biases: Float32Array | undefined,
): void {
  const outputs = weights.length / depth;
  let to = 0;
  for (let first = 0, some; first < outputs; first += some) {
    some = Math.min(tileRows, rows - first % rows);
    for (let row = first; row < first + some; row++) packed[to++] = biases?.[row] ?? 0;
    for (let tap = first * depth; tap < (first + 1) * depth; tap++, to += some) {
      packQuad(weights, tap, depth, some, packed, to);
    }
  }
}

/**
 * `tile(weights, pixels, to, pitch, depth, residual, residualPitch)`: one tile of the result, whose
 * rows are `pitch` bytes apart.
 */
function tile(m: Module, rows: number, finish: Finish): number {
  return m.define(
    `tile ${rows} ${finish.name}`,
    7,
    (f, weights, pixels, to, pitch, depth, residual, residualPitch) => {
      const sums = Array.from({ length: rows }, () => f.vectorArray(2));
      const [left, right, four, weight] = f.vectors();
      const end = f.int(), free = m.target.readsFreely;
      return [
        ...sums.flatMap(([a, b], row) => [
          w.set(a!, w.loadSplat(weights, 4 * row)),
          w.set(b!, a!),
        ]),
        w.set(weights, w.add(weights, 4 * rows)),
        w.set(end, w.add(pixels, w.mul(depth, 4 * tileColumns))),
        w.repeat([
          w.set(left, w.load(pixels)),
          w.set(right, w.load(pixels, 16)),
          ...free ? [] : w.set(four, w.load(weights)),
          ...sums.flatMap(([a, b], row) => [
            w.set(
              weight,
              free ? w.loadSplat(weights, 4 * row) : w.shuffle(four, four, [row, row, row, row]),
            ),
            w.set(a!, m.fma(weight, left, a!)),
            w.set(b!, m.fma(weight, right, b!)),
          ]),
          w.set(weights, w.add(weights, 4 * rows)),
          w.set(pixels, w.add(pixels, 4 * tileColumns)),
        ], w.less(pixels, end)),
        ...sums.flatMap((row) => [
          ...row.map((sum, side) =>
            w.store(to, finish.apply(m, f, sum, w.load(residual, 16 * side)), 16 * side)
          ),
          w.set(to, w.add(to, pitch)),
          ...finish.residual ? w.set(residual, w.add(residual, residualPitch)) : [],
        ]),
      ];
    },
  );
}

/**
 * `multiply(weights, panels, last, pixels, columns, to, pitch, depth, residual, residualPitch)`:
 * `panels` panels of four rows and, if `last` is not 0, one of `rest` rows, by at least eight
 * columns. The last panel of pixels ends with the last column, so it may overlap the one before.
 */
export function multiply(m: Module, rest: number, finish: Finish): number {
  return m.define(
    `multiply ${rest} ${finish.name}`,
    10,
    (f, weights, panels, last, pixels, columns, to, pitch, depth, residual, residualPitch) => {
      const [x, from, at, panel] = f.ints();
      const across = (rows: number) => [
        w.set(from, pixels),
        w.loop(x, 0, columns, tileColumns, [
          w.set(at, w.mul(w.least(x, w.sub(columns, tileColumns)), 4)),
          w.call(
            tile(m, rows, finish),
            weights,
            from,
            w.add(to, at),
            pitch,
            depth,
            w.add(residual, at),
            residualPitch,
          ),
          w.set(from, w.add(from, w.mul(depth, 4 * tileColumns))),
        ]),
      ];
      return [
        w.loop(panel, 0, panels, 1, [
          ...across(tileRows),
          w.set(weights, w.add(weights, w.mul(w.add(depth, 1), 4 * tileRows))),
          w.set(to, w.add(to, w.mul(pitch, tileRows))),
          w.set(residual, w.add(residual, w.mul(residualPitch, tileRows))),
        ]),
        ...rest > 0 ? w.when(last, across(rest)) : [],
      ];
    },
  );
}
