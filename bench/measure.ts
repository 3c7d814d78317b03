/**
 * Measures several subjects alternately, so that other load on the machine affects all of them.
 *
 * @module
 */
import process from "node:process";
import { medianOf } from "../cli/measure.ts";

/** The measured milliseconds per run of one subject. */
export interface Figures {
  /** The median wall-clock time of pipelined runs. */
  readonly wall: number;
  /** The median wall-clock time of a run whose result is awaited. */
  readonly alone?: number;
  /** The median CPU time of this process over all cores, if it is known. */
  readonly cpu?: number;
  /** The shortest wall-clock time. */
  readonly best: number;
  /** The number of measurements. */
  readonly samples: number;
}

/** A subject to measure. */
export interface Subject {
  readonly name: string;
  /** Starts `times` runs, and waits for the last to end. */
  run(times: number): Promise<unknown>;
}

/** The extent of measurements. */
export interface Effort {
  /** The maximum number of measurements of each subject. */
  readonly rounds: number;
  /** The time limit for each subject in seconds; each is measured at least twice. */
  readonly seconds: number;
  /** The minimum duration of a measurement in milliseconds; fast subjects run several times. */
  readonly atLeast: number;
}

/** The figures of each subject, after one warm-up run. */
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
      const runs = times.get(subject)!;
      const { wall, cpu } = await time(subject, runs);
      spent.set(subject, used + wall);
      const alone = runs === 1 ? wall : (await time(subject, 1)).wall;
      each.push({ wall: wall / runs, cpu: cpu / runs, alone });
    }
  }
  return new Map([...samples].map(([{ name }, each]) => [name, {
    wall: medianOf(each.map(({ wall }) => wall)),
    cpu: medianOf(each.map(({ cpu }) => cpu)),
    alone: medianOf(each.map(({ alone }) => alone)),
    best: Math.min(...each.map(({ wall }) => wall)),
    samples: each.length,
  }]));
}

async function time(subject: Subject, times: number): Promise<{ wall: number; cpu: number }> {
  const [start, before] = [performance.now(), cpuTime()];
  await subject.run(times);
  return { wall: performance.now() - start, cpu: cpuTime() - before };
}

/** The CPU time of this process in milliseconds, over all cores. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
