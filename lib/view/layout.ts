/**
 * Places boxes in layers, from top to bottom, with arrows between them.
 *
 * @module
 */
import { Graph, layout } from "@dagrejs/dagre";
import { layOutPlainly } from "./plain_layout.ts";
import { ranksOf } from "./ranks.ts";
import type { Box, Layout, Point } from "./places.ts";

/**
 * Places boxes so that arrows point down and cross little; only that they point down, if there are
 * too many for more.
 *
 * @param pairs From which box to which later one there is an arrow, by their positions.
 */
export function layOut(
  sizes: readonly { readonly width: number; readonly height: number }[],
  pairs: readonly (readonly [from: number, to: number])[],
): Layout {
  if (effort(sizes.length, pairs) > most) return layOutPlainly(sizes, pairs);
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 26, edgesep: 12, marginx: 8, marginy: 8 });
  sizes.forEach((size, i) => graph.setNode(String(i), { ...size }));
  for (const [from, to] of pairs) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const boxes = sizes.map((_, i): Box => {
    const { x, y, width, height } = graph.node(String(i)) as Box;
    return { x: round(x - width / 2), y: round(y - height / 2), width, height };
  });
  const lines = pairs.map(([from, to]) => {
    const { points } = graph.edge(String(from), String(to)) as {
      points: { x: number; y: number }[];
    };
    return points.map(({ x, y }): Point => [round(x), round(y)]);
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width: round(width), height: round(height), boxes, lines };
}

/** What takes a second or two. Many more boxes need more of the stack than there is. */
const most = 1600;

/** How much there is to place: the boxes, and a bend of each arrow in each row that it passes. */
function effort(boxes: number, pairs: readonly (readonly [from: number, to: number])[]): number {
  const ranks = ranksOf(boxes, pairs);
  return pairs.reduce((sum, [from, to]) => sum + ranks[to]! - ranks[from]!, boxes);
}

/** To tenths of a pixel, which keeps reports small. */
function round(length: number): number {
  return Math.round(length * 10) / 10;
}
