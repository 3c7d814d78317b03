/**
 * Suggestions: "did you mean", followed by the known name nearest to an unknown one.
 *
 * @module
 */

/**
 * A suffix for messages about an unknown name: ` (did you mean "kernel_size"?)`.
 *
 * @param fallback The suffix if no known name is similar.
 */
export function suggest(name: string, known: Iterable<string>, fallback = ""): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? fallback : ` (did you mean "${nearest}"?)`;
}

/** The nearest name; `undefined` if a third of the characters or more differ. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const [a, b] = withoutSharedEnding(name, candidate);
    const difference = distance(a, b);
    if (difference < least && (difference <= 1 || difference < a.length / 3)) {
      [nearest, least] = [candidate, difference];
    }
  }
  return nearest;
}

/** Names with a common suffix, such as `relu_param` and `elu_param`, are compared without it. */
function withoutSharedEnding(a: string, b: string): readonly [string, string] {
  const ending = b.slice(b.lastIndexOf("_"));
  if (!ending.startsWith("_") || !a.endsWith(ending)) return [a, b];
  return [a.slice(0, -ending.length), b.slice(0, -ending.length)];
}

/** Longer names are not compared: it takes quadratic time, and they are not typing errors. */
const longest = 200;

/** The edit distance to a known name; 1 if it is part of it, as `slope` of `negative_slope`. */
function distance(name: string, candidate: string): number {
  if (name.toLowerCase() === candidate.toLowerCase()) return 0;
  if (name.length > 2 && candidate.includes(name)) return 1;
  const isTooFar = Math.abs(name.length - candidate.length) > 10 || name.length > longest;
  return isTooFar ? Infinity : editDistance(name, candidate);
}

/** The Damerau–Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        current[j] = Math.min(current[j]!, beforePrevious[j - 2]! + 1);
      }
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
