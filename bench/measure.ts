/**
 * Measures several subjects alternately, so that other load on the machine affects all of them.
 *
 * @module
 */
import process from "node:process";
import { medianOf } from "../cli/medians.ts";

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

/** The most runs of a measurement, however fast a subject is. */
const mostRuns = 200;

/** The figures of each subject, after one warm-up run. */
export async function measure(
  subjects: readonly Subject[],
  { rounds, seconds, atLeast }: Effort,
): Promise<Map<string, Figures>> {
  const measured: Measured[] = [];
  for (const subject of subjects) {
    const { wall } = await time(subject, 1);
    const runs = Math.max(1, Math.min(mostRuns, Math.round(atLeast / wall)));
    measured.push({ subject, runs, spent: 0, samples: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const each of measured) {
      const { subject, runs, samples } = each;
      if (samples.length >= 2 && each.spent > seconds * 1000) continue;
      const { wall, cpu } = await time(subject, runs);
      each.spent += wall;
      const alone = runs === 1 ? wall : (await time(subject, 1)).wall;
      samples.push({ wall: wall / runs, cpu: cpu / runs, alone });
    }
  }
  return new Map(measured.map(({ subject, samples }) => [subject.name, figuresOf(samples)]));
}

/** One measurement. */
type Sample = Required<Pick<Figures, "wall" | "cpu" | "alone">>;

/** The measurements of a subject so far. */
interface Measured {
  readonly subject: Subject;
  /** The runs of a measurement. */
  readonly runs: number;
  /** The milliseconds of all pipelined runs. */
  spent: number;
  readonly samples: Sample[];
}

function figuresOf(samples: readonly Sample[]): Figures {
  const median = (key: keyof Sample) => medianOf(samples.map((sample) => sample[key]));
  return {
    wall: median("wall"),
    cpu: median("cpu"),
    alone: median("alone"),
    best: Math.min(...samples.map(({ wall }) => wall)),
    samples: samples.length,
  };
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
