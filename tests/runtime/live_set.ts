/**
 * The memory that a plan needs at least.
 *
 * @module
 */
import type { Life } from "../../runtime/allocation.ts";

/** The bytes of the values that are live in the same step, at most. */
export function largestLiveSet(lives: readonly Life[]): number {
  const sizes = lives.map(({ from: step }) =>
    lives.filter(({ from, to }) => from <= step && step <= to)
      .reduce((sum, { bytes }) => sum + bytes, 0)
  );
  return Math.max(...sizes);
}
