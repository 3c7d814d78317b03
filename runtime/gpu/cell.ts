/**
 * Where tensors are stored in GPU memory.
 *
 * @module
 */
import { type Layout, pixelsOf, quadsOf } from "../ops/fours/layout.ts";
import type { Traits } from "../ops/traits.ts";
import { count, type Shape } from "../tensor.ts";

/** A tensor in GPU memory: with memory of its own, or a view into that of another cell. */
export interface Cell {
  readonly name: string;
  readonly shape: Shape;
  readonly layout: Layout;
  /** The number format, if its memory is its own. */
  readonly format: Traits["activations"];
  /** The cell whose memory, or some channels of it, it views. The planner may set it later. */
  within: Cell | undefined;
  /** The offset of its first quad within each pixel of that cell, in quads. */
  start: number;
  /** The distance between pixels in quads, if its pixels are not those of the memory's owner. */
  readonly stride?: number;
}

/** A cell with memory of its own; in planes its format is always float32. */
export function newCell(
  { name, shape }: Pick<Cell, "name" | "shape">,
  layout: Layout,
  inFours: Cell["format"] = "float32",
): Cell {
  const format = layout === "fours" ? inFours : "float32";
  return { name, shape, layout, format, within: undefined, start: 0 };
}

/** Where the quads of a cell are in the memory of its root. */
export interface Place {
  readonly root: Cell;
  /** The distance between pixels, in quads. */
  readonly stride: number;
  /** The offset of the cell's first quad within a pixel, in quads. */
  readonly start: number;
}

/**
 * Follows views to the cell that owns the memory. Behind a view in planes, which is contiguous, pixels
 * may be others.
 */
export function placeOf(cell: Cell): Place {
  let root = cell, owner = cell, { start } = cell;
  while (root.within !== undefined) {
    const hasSamePixels = owner === root && root.within.layout === "fours";
    root = root.within;
    start += root.start;
    if (hasSamePixels) owner = root;
  }
  return { root, stride: cell.stride ?? quadsOf(owner.shape[1] ?? 1), start };
}

/** Whether a cell is contiguous: its quads follow each other without a gap. */
export function isWhole(cell: Cell): boolean {
  const { stride, start } = placeOf(cell);
  return cell.layout === "planes" || start === 0 && stride === quadsOf(cell.shape[1]!);
}

/** The size of a cell in bytes. */
export function bytesOfCell({ shape, layout, format }: Cell): number {
  const numbers = layout === "planes" ? count(shape) : pixelsOf(shape) * quadsOf(shape[1]!) * 4;
  return Math.max(1, numbers) * (format === "float16" ? 2 : 4);
}

/** Whether a tensor of a shape has the same bytes in both layouts, except for zero padding. */
export function sameInBoth(shape: Shape, to: Layout): boolean {
  const [samples, channels, ...extents] = shape as [number, number, ...number[]];
  return count(extents) === 1 && (channels % 4 === 0 || to === "planes" && samples === 1);
}
