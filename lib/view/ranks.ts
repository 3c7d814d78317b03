/**
 * The rows of a layered layout: each box stands below all its predecessors.
 *
 * @module
 */

/**
 * The row of each box, counted from the top: the length of the longest path to it.
 *
 * @param pairs The arrows, each from the index of a box to the index of a later one.
 */
export function ranksOf(
  boxes: number,
  pairs: readonly (readonly [from: number, to: number])[],
): readonly number[] {
  const incoming = Map.groupBy(pairs, ([, to]) => to);
  const ranks: number[] = [];
  for (let i = 0; i < boxes; i++) {
    const arrows = incoming.get(i) ?? [];
    ranks.push(arrows.reduce((rank, [from]) => Math.max(rank, ranks[from]! + 1), 0));
  }
  return ranks;
}
