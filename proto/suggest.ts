/**
 * "Did you mean": the known name that is nearest to one that nobody knows.
 *
 * @module
 */

/**
 * Words to put after a message about an unknown name: ` (did you mean "kernel_size"?)`.
 *
 * @param otherwise What to say if no name is near.
 */
export function suggest(name: string, known: Iterable<string>, otherwise = ""): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? otherwise : ` (did you mean "${nearest}"?)`;
}

/** The name that differs least, `undefined` if all differ in more than a third of their letters. */
function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const difference = distance(name, candidate);
    if (difference < least) [nearest, least] = [candidate, difference];
  }
  return nearest;
}

/** How far a name is from a known one, of which it may be a part: `slope`, `negative_slope`. */
function distance(name: string, candidate: string): number {
  if (name.toLowerCase() === candidate.toLowerCase()) return 0;
  if (name.length > 2 && candidate.includes(name)) return 1;
  const isTooFar = Math.abs(name.length - candidate.length) > 10;
  return isTooFar ? Infinity : editDistance(name, candidate);
}

/** The number of letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1);
    }
    previous = current;
  }
  return previous[b.length]!;
}
