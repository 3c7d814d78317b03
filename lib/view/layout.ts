/**
 * Layered layout of a diagram: boxes in rows from top to bottom, and arrows between them.
 *
 * @module
 */
import { Graph, layout } from "@dagrejs/dagre";
import { layOutPlainly } from "./plain_layout.ts";
import { ranksOf } from "./ranks.ts";
import type { Box, Layout, Link, Point, Size } from "./geometry.ts";

/**
 * Places boxes so that all arrows point down and few cross. Large diagrams get the plain layout,
 * which ignores crossings.
 */
export function layOut(sizes: readonly Size[], links: readonly Link[]): Layout {
  if (effort(sizes.length, links) > mostEffort) return layOutPlainly(sizes, links);
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 26, edgesep: 12, marginx: 8, marginy: 8 });
  sizes.forEach((size, i) => graph.setNode(String(i), { ...size }));
  for (const [from, to] of links) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const boxes = sizes.map((_, i): Box => {
    const { x, y, width, height } = graph.node(String(i)) as Box;
    return { x: round(x - width / 2), y: round(y - height / 2), width, height };
  });
  const lines = links.map(([from, to]) => {
    const { points } = graph.edge(String(from), String(to)) as {
      points: { x: number; y: number }[];
    };
    return points.map(({ x, y }): Point => [round(x), round(y)]);
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width: round(width), height: round(height), boxes, lines };
}

/** Takes a second or two. The layout is recursive: much larger graphs overflow the stack. */
const mostEffort = 1600;

/** The number of elements to place: the boxes, and one bend for each row that an arrow passes. */
function effort(boxes: number, links: readonly Link[]): number {
  const ranks = ranksOf(boxes, links);
  return links.reduce((sum, [from, to]) => sum + ranks[to]! - ranks[from]!, boxes);
}

/** Rounds to tenths of a pixel, which keeps reports small. */
function round(length: number): number {
  return Math.round(length * 10) / 10;
}
