/**
 * How long the values of a plan need their memory, and their copies.
 *
 * @module
 */
import type { Life } from "../allocation.ts";
import { bytesOf, type Cell, placeOf } from "./cell.ts";
import type { Plan } from "./steps.ts";

/** How long each cell with memory of its own needs it. */
export function livesOf({ inputs, steps, outputs }: Plan): ReadonlyMap<Cell, Life> {
  const lives = new Map<Cell, Life>();
  const use = (cell: Cell, step: number) => {
    const { root } = placeOf(cell);
    const from = lives.get(root)?.from ?? step;
    lives.set(root, { bytes: bytesOf(root), from, to: step });
  };
  for (const cell of inputs) use(cell, -1);
  steps.forEach(({ writes, reads }, step) => {
    for (const operand of [writes, ...reads]) if ("layout" in operand) use(operand, step);
  });
  for (const operand of outputs) if ("layout" in operand) use(operand, Infinity);
  return lives;
}

/**
 * Cells that a step reads in two ways at once. All others share one buffer, which a step binds for
 * writing wherever it is bound, and so no part of it twice.
 */
export function readTwice({ steps }: Plan): ReadonlySet<Cell> {
  const twice = new Set<Cell>();
  for (const { reads } of steps) {
    const seen = new Set<Cell>();
    for (const operand of reads) {
      if (!("layout" in operand)) continue;
      const { root } = placeOf(operand);
      if (seen.has(root)) twice.add(root);
      seen.add(root);
    }
  }
  return twice;
}

/** The copies of tensors that steps read in place of them. */
interface Copies {
  /** How long each is needed. The step that begins its life makes it. */
  readonly lives: readonly Life[];
  /** For each step the copy that it reads, if it reads one. */
  readonly read: readonly (number | undefined)[];
}

/**
 * Copies of what steps read first. Steps that read the same tensor share one, up to the step that
 * changes the tensor.
 *
 * @param sizes For each step how long the copy is; 0, if it reads none.
 */
export function copiesOf({ steps }: Plan, sizes: readonly number[]): Copies {
  const lives: Life[] = [];
  const made = new Map<Cell, number>();
  const read = steps.map(({ reads, writes }, step) => {
    let copy: number | undefined;
    if (sizes[step]! > 0) {
      const { root } = placeOf(reads[0] as Cell);
      copy = made.get(root) ?? lives.push({ bytes: sizes[step]!, from: step, to: step }) - 1;
      lives[copy] = { ...lives[copy]!, to: step };
      made.set(root, copy);
    }
    made.delete(placeOf(writes).root);
    return copy;
  });
  return { lives, read };
}
