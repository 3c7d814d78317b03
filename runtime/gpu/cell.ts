/**
 * The places on the GPU where values lie.
 *
 * @module
 */
import { type Layout, pixelsOf, quadsOf, type Traits } from "../ops/fours/layout.ts";
import { count, type Shape } from "../tensor.ts";

/** A tensor in the GPU's memory. */
export interface Cell {
  readonly name: string;
  readonly shape: Shape;
  readonly layout: Layout;
  /** What its numbers are, if its memory is its own. */
  readonly format: Traits["activations"];
  /** The cell whose memory it shares: all of it, or some channels. Planning may put it there. */
  within: Cell | undefined;
  /** The first of its quads in each pixel of that cell. */
  start: number;
  /** How many quads a pixel has, if the pixels are not those of the cell whose memory it shares. */
  readonly stride?: number;
}

/** A cell with memory of its own; in planes it is always in float32. */
export function newCell(
  name: string,
  shape: Shape,
  layout: Layout,
  inFours: Cell["format"] = "float32",
): Cell {
  const format = layout === "fours" ? inFours : "float32";
  return { name, shape, layout, format, within: undefined, start: 0 };
}

/** Where the quads of a cell lie in the memory of its root. */
export interface Place {
  readonly root: Cell;
  /** How many quads a pixel has there. */
  readonly stride: number;
  /** The first of them that is the cell's. */
  readonly start: number;
}

/** Follows a cell to the one that has the memory. */
export function placeOf(cell: Cell): Place {
  let root = cell, owner = cell, { start } = cell;
  while (root.within !== undefined) {
    root = root.within;
    start += root.start;
    if (root.layout === "fours") owner = root;
  }
  return { root, stride: cell.stride ?? quadsOf(owner.shape[1] ?? 1), start };
}

/** Whether the quads of a cell follow each other without a gap. */
export function isWhole(cell: Cell): boolean {
  const { stride, start } = placeOf(cell);
  return cell.layout === "planes" || start === 0 && stride === quadsOf(cell.shape[1]!);
}

/** The bytes that a cell takes. */
export function bytesOf({ shape, layout, format }: Cell): number {
  const numbers = layout === "planes" ? count(shape) : pixelsOf(shape) * quadsOf(shape[1]!) * 4;
  return Math.max(1, numbers) * (format === "float16" ? 2 : 4);
}

/** Whether a shape has the same bytes in one layout as in the other, but for zeros at the end. */
export function sameInBoth(shape: Shape, to: Layout): boolean {
  const [samples, channels, ...extents] = shape as [number, number, ...number[]];
  return count(extents) === 1 && (channels % 4 === 0 || to === "planes" && samples === 1);
}
