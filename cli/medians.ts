/**
 * Medians of measurements.
 *
 * @module
 */
import type { Timing } from "../runtime/engine.ts";

/** The median times of each dispatch over several profiles of a network. */
export async function medianTimings(
  times: number,
  profile: () => Promise<Timing[]>,
): Promise<Timing[]> {
  const all: Timing[][] = [];
  for (let i = 0; i < times; i++) all.push(await profile());
  return all[0]!.map((row, i) => ({
    ...row,
    milliseconds: medianOf(all.map((timings) => timings[i]!.milliseconds)),
  }));
}

/** The median. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
