/**
 * How far down boxes stand, when each is below all that point to it.
 *
 * @module
 */

/**
 * The row of each box, counted from the top.
 *
 * @param pairs From which box to which later one there is an arrow, by their positions.
 */
export function ranksOf(
  boxes: number,
  pairs: readonly (readonly [from: number, to: number])[],
): readonly number[] {
  const sources = Map.groupBy(pairs, ([, to]) => to);
  const ranks: number[] = [];
  for (let i = 0; i < boxes; i++) {
    const above = sources.get(i) ?? [];
    ranks.push(above.reduce((rank, [from]) => Math.max(rank, ranks[from]! + 1), 0));
  }
  return ranks;
}
