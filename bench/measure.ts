/**
 * Measures several things side by side: in turns, so that whatever else the machine does hits all.
 *
 * @module
 */

import process from "node:process";

/** What was measured of one thing, in milliseconds a run. */
export interface Figures {
  /** The median of the clock, of runs that are asked for without waiting for those before. */
  readonly wall: number;
  /** The median of the clock, of a run whose answer is waited for. */
  readonly alone?: number;
  /** The median of the time that all cores of this process were busy, where it is known. */
  readonly cpu?: number;
  /** The shortest time on the clock. */
  readonly best: number;
  /** Of how many measurements these are. */
  readonly samples: number;
}

/** Something to be measured. */
export interface Subject {
  readonly name: string;
  /** Asks for it so many times, and waits for the end of the last. */
  run(times: number): Promise<unknown>;
}

/** How long measuring goes on. */
export interface Effort {
  /** The most measurements of each subject. */
  readonly rounds: number;
  /** A subject that has taken so many seconds and was measured twice is left alone. */
  readonly seconds: number;
  /** Quick ones run so often in one measurement that it takes about so many milliseconds. */
  readonly atLeast: number;
}

/** The figures of each subject, which has run once before. */
export async function measure(
  subjects: readonly Subject[],
  { rounds, seconds, atLeast }: Effort,
): Promise<Map<string, Figures>> {
  const samples = new Map(
    subjects.map((subject) => [subject, [] as { wall: number; cpu: number; alone: number }[]]),
  );
  const spent = new Map<Subject, number>();
  const times = new Map<Subject, number>();
  for (const subject of subjects) {
    const { wall } = await time(subject, 1);
    times.set(subject, Math.max(1, Math.min(200, Math.round(atLeast / wall))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const [subject, each] of samples) {
      const used = spent.get(subject) ?? 0;
      if (each.length >= 2 && used > seconds * 1000) continue;
      const many = times.get(subject)!;
      const { wall, cpu } = await time(subject, many);
      spent.set(subject, used + wall);
      const alone = many === 1 ? wall : (await time(subject, 1)).wall;
      each.push({ wall: wall / many, cpu: cpu / many, alone });
    }
  }
  return new Map([...samples].map(([{ name }, each]) => [name, {
    wall: median(each.map(({ wall }) => wall)),
    cpu: median(each.map(({ cpu }) => cpu)),
    alone: median(each.map(({ alone }) => alone)),
    best: Math.min(...each.map(({ wall }) => wall)),
    samples: each.length,
  }]));
}

async function time(subject: Subject, times: number): Promise<{ wall: number; cpu: number }> {
  const [start, before] = [performance.now(), cpuTime()];
  await subject.run(times);
  return { wall: performance.now() - start, cpu: cpuTime() - before };
}

/** The time that all cores of this process have been busy, in milliseconds. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The middle one of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
