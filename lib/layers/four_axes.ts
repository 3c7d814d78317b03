/**
 * Tops that have four axes whatever the rank of the bottom, as of layers that know only `num`,
 * `channels`, `height` and `width`.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { apply } from "./layer.ts";

/**
 * A value of the same rank as its bottom, followed by axes of extent 1 up to four.
 *
 * @param rank The rank of the bottom.
 * @param make Adds the value under a name.
 */
export function withFourAxes(
  graph: GraphBuilder,
  name: string,
  rank: number,
  make: (name: string) => Value,
): Value {
  if (rank >= 4) return make(name);
  const shape = new Array<number>(4 - rank).fill(1);
  return apply(graph, "reshape", name, [make(`${name}/unit`)], { shape, axis: rank, numAxes: 0 });
}
