/**
 * Live ranges of a plan's tensors, and of their texture copies.
 *
 * @module
 */
import type { Life } from "../allocation.ts";
import { getOrInsertComputed } from "../get_or_insert_computed.ts";
import { bytesOfCell, type Cell, placeOf } from "./cell.ts";
import { type Copy, isCell, type Plan, type Step } from "./steps.ts";
import { bytesOfTexel, tableWidth } from "./storage.ts";

/** The live range of each cell that owns memory. */
export function livesOf({ inputs, steps, outputs }: Plan): ReadonlyMap<Cell, Life> {
  const lives = new Map<Cell, Life>();
  const use = (cell: Cell, step: number) => {
    const { root } = placeOf(cell);
    const from = lives.get(root)?.from ?? step;
    lives.set(root, { bytes: bytesOfCell(root), from, to: step });
  };
  for (const cell of inputs) use(cell, -1);
  steps.forEach(({ writes, reads }, step) => {
    for (const operand of [writes, ...reads]) if (isCell(operand)) use(operand, step);
  });
  for (const operand of outputs) if (isCell(operand)) use(operand, Infinity);
  return lives;
}

/**
 * Cells that some step binds twice. They get a buffer of their own: all others share one, which is
 * bound `read_write`, and WebGPU refuses writable bindings that overlap.
 */
export function readTwice(steps: readonly Step[]): ReadonlySet<Cell> {
  const twice = new Set<Cell>();
  for (const { reads } of steps) {
    const seen = new Set<Cell>();
    for (const operand of reads) {
      if (!isCell(operand)) continue;
      const { root } = placeOf(operand);
      if (seen.has(root)) twice.add(root);
      seen.add(root);
    }
  }
  return twice;
}

/**
 * The copy that each step reads in place of its first input, if it reads one. A software adapter
 * takes about a quarter of the time to read a texel, so the copy pays. Steps that read the same
 * tensor share a copy, until a step overwrites the tensor.
 *
 * @param rows The most rows of a texture.
 */
export function copiesOf(steps: readonly Step[], rows: number): readonly (Copy | undefined)[] {
  const made = new Map<Cell, { cell: Cell; bytes: number; from: number; to: number }>();
  return steps.map(({ shader, reads: [input], writes }, step) => {
    let copy;
    if (shader.copies && isCell(input!)) {
      const { root: cell } = placeOf(input), bytes = bytesOfCell(cell);
      const texels = bytes / bytesOfTexel[cell.format];
      if (texels % 1 === 0 && texels <= rows * tableWidth) {
        copy = getOrInsertComputed(made, cell, () => ({ cell, bytes, from: step, to: step }));
        copy.to = step;
      }
    }
    made.delete(placeOf(writes).root);
    return copy;
  });
}
