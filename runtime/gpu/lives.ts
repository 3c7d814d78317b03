/**
 * Live ranges of a plan's tensors, and of their texture copies.
 *
 * @module
 */
import type { Life } from "../allocation.ts";
import { bytesOfCell, type Cell, placeOf } from "./cell.ts";
import type { Plan } from "./steps.ts";

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
    for (const operand of [writes, ...reads]) if ("layout" in operand) use(operand, step);
  });
  for (const operand of outputs) if ("layout" in operand) use(operand, Infinity);
  return lives;
}

/**
 * Cells that some step binds twice. They get a buffer of their own: all others share one, which is
 * bound `read_write`, and WebGPU refuses writable bindings that overlap.
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

/** The texture copies of tensors that steps read in their place. */
interface Copies {
  /** The live range of each copy; the step that begins it makes the copy. */
  readonly lives: readonly Life[];
  /** For each step the index of the copy that it reads, if it reads one. */
  readonly read: readonly (number | undefined)[];
}

/**
 * Plans the texture copies of the steps' first inputs. Steps that read the same tensor share a
 * copy, until a step overwrites the tensor.
 *
 * @param sizes For each step the texels of its copy; 0 if it reads none.
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
