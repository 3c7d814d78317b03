/**
 * The rows of a layered layout: each box stands below all its predecessors.
 *
 * @module
 */
import type { Link } from "./geometry.ts";

/** The row of each box, counted from the top: the length of the longest path to it. */
export function ranksOf(boxes: number, links: readonly Link[]): readonly number[] {
  const incoming = Map.groupBy(links, ([, to]) => to);
  const ranks: number[] = [];
  for (let i = 0; i < boxes; i++) {
    const arrows = incoming.get(i) ?? [];
    ranks.push(arrows.reduce((rank, [from]) => Math.max(rank, ranks[from]! + 1), 0));
  }
  return ranks;
}
