/**
 * The blob names of a graph from which values were removed.
 *
 * The first value of a blob that layers change in place often has the blob's name, although the blob
 * is the last value. If the last value is removed, the blob's name must not return the first:
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
 * The names of the remaining values. A value whose own name was that of a removed blob gets another
 * name, so that the blob's name is unknown.
 *
 * @param names The names of blobs, and their current values.
 * @param remaining All values that still exist.
 */
export function remainingNames(
  names: Iterable<readonly [name: string, value: Value]>,
  remaining: ReadonlySet<Value>,
): Graph["names"] {
  const kept = new Map<string, Value>();
  const removed = new Set<string>();
  for (const [name, value] of names) {
    if (remaining.has(value)) kept.set(name, value);
    else removed.add(name);
  }
  const named = new Set(kept.values());
  const first = [...remaining].filter((value) => removed.has(value.name) && !named.has(value));
  if (first.length === 0) return kept;
  const unique = new UniqueNames([...kept.keys(), ...[...remaining].map(({ name }) => name)]);
  for (const value of first) kept.set(unique.take(`${value.name}/first`), value);
  return kept;
}
