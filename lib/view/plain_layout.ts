/**
 * Layout in linear time, for networks that are too large for `layout.ts`.
 *
 * A box stands one row below the lowest of its predecessors, beside the other boxes of that row.
 * Arrows that skip rows are routed around the right side:
 *
 * ```
 * [a]─┐
 * [b] │
 * [c]◄┘
 * ```
 *
 * @module
 */
import { ranksOf } from "./ranks.ts";
import type { Box, Layout, Link, Point, Size } from "./geometry.ts";

const gap = { across: 22, down: 26, margin: 8, detour: 14 };

/** Places boxes in the given order. */
export function layOutPlainly(sizes: readonly Size[], links: readonly Link[]): Layout {
  const ranks = ranksOf(sizes.length, links);
  const height = sizes.reduce((most, size) => Math.max(most, size.height), 0);
  /** The next free x of each row. */
  const ends: number[] = [];
  const boxes = sizes.map((size, i): Box => {
    const rank = ranks[i]!, x = ends[rank] ?? gap.margin;
    ends[rank] = Math.ceil(x + size.width) + gap.across;
    return { ...size, x, y: gap.margin + rank * (height + gap.down) };
  });
  const lines = links.map(([from, to]): Point[] => {
    const a = boxes[from]!, b = boxes[to]!;
    const start: Point = [a.x + a.width / 2, a.y + a.height], end: Point = [b.x + b.width / 2, b.y];
    if (ranks[to] === ranks[from]! + 1) return [start, end];
    const side = Math.max(a.x + a.width, b.x + b.width) + gap.detour;
    return [start, [side, start[1] + gap.down / 2], [side, end[1] - gap.down / 2], end];
  });
  return {
    width: ends.reduce((most, end) => Math.max(most, end), 0) + gap.margin,
    height: 2 * gap.margin + ends.length * (height + gap.down) - (ends.length > 0 ? gap.down : 0),
    boxes,
    lines,
  };
}
