/**
 * The names of a graph from which values have gone.
 *
 * A blob that layers have worked on in place is called as its first layer, and so may that layer's
 * own value. If the blob has gone, nobody who asks for its name may get that value in its place:
 *
 * ```
 * sum ─► abs, as "sum" ─► norm      becomes      sum ─► abs and norm
 * ```
 *
 * @module
 */
import type { Graph, Value } from "../../runtime/graph.ts";
import { UniqueNames } from "../../runtime/unique_names.ts";

/**
 * The names of the values that are left. A value whose own name was that of a blob that has gone
 * is known by another, so that the blob's is known no more.
 *
 * @param names The blobs' names, and what has become of them.
 * @param left All values that there still are.
 */
export function remainingNames(
  names: Iterable<readonly [name: string, value: Value]>,
  left: ReadonlySet<Value>,
): Graph["names"] {
  const remaining = new Map<string, Value>();
  const gone = new Set<string>();
  for (const [name, value] of names) {
    if (left.has(value)) remaining.set(name, value);
    else gone.add(name);
  }
  const named = new Set(remaining.values());
  const unique = new UniqueNames([...remaining.keys(), ...[...left].map(({ name }) => name)]);
  for (const value of left) {
    if (gone.has(value.name) && !named.has(value)) {
      remaining.set(unique.take(`${value.name}/first`), value);
    }
  }
  return remaining;
}
