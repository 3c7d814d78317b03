/**
 * The anchors of a detector as tables, from which boxes are decoded by ordinary ops.
 *
 * @module
 */
import type { Pair } from "../runtime/ops/attribute.ts";

/**
 * The width and height of each anchor, `[anchors, 2]`.
 *
 * @param anchors The left, top, right and bottom pixel of each anchor of the first cell.
 */
export function anchorSizes(anchors: readonly number[]): Float32Array {
  return Float32Array.from({ length: anchors.length / 2 }, (_, i) => side(anchors, i >> 1, i % 2));
}

/**
 * The x and y of the center of each anchor of each cell, row by row: `[rows · columns, anchors, 2]`.
 *
 * @param stride The distance between two cells, in pixels.
 */
export function anchorCenters(
  anchors: readonly number[],
  [rows, columns]: Pair,
  stride: number,
): Float32Array {
  const each = anchors.length / 4;
  return Float32Array.from({ length: rows * columns * each * 2 }, (_, i) => {
    const axis = i % 2, a = (i >> 1) % each, cell = Math.floor((i >> 1) / each);
    const place = axis === 0 ? cell % columns : Math.floor(cell / columns);
    return place * stride + anchors[a * 4 + axis]! + side(anchors, a, axis) / 2;
  });
}

/** The extent of an anchor, which includes its last row and column. */
function side(anchors: readonly number[], a: number, axis: number): number {
  return anchors[a * 4 + 2 + axis]! - anchors[a * 4 + axis]! + 1;
}
