/**
 * One race: a network, all contenders that can run it, and their times.
 *
 * @module
 */
import { largestDifference } from "../cli/difference.ts";
import type { Contender, Opened } from "./contenders/contender.ts";
import { type Effort, type Figures, measure } from "./measure.ts";
import type { Race } from "./networks.ts";

/** The result of a race. */
export interface Result {
  readonly name: string;
  readonly batch: number;
  readonly macs: number;
  readonly bytes: number;
  readonly rows: readonly Row[];
}

/** The result of one contender. */
export interface Row {
  readonly name: string;
  readonly figures?: Figures;
  /** Whether it ran on the GPU whose ceiling was measured. */
  readonly onGpu?: boolean;
  /** The GPU time in milliseconds, if it can be measured. */
  readonly gpu?: number;
  /** The time from the graph to the first output, in milliseconds. */
  readonly first?: number;
  /** The difference of its output from the first contender's, relative to the largest value. */
  readonly difference?: number;
  /** The reason why it did not run. */
  readonly failure?: string;
}

/** Runs a network on all contenders, alternately. */
export async function runRace(
  { name, graph, input, macs, bytes }: Race,
  batch: number,
  contenders: readonly Contender[],
  effort: Effort,
): Promise<Result> {
  const opened: { row: Row; running: Opened }[] = [];
  const failed: Row[] = [];
  let expected: Float32Array | undefined;
  for (const contender of contenders) {
    const start = performance.now();
    try {
      const running = await contender.open(graph);
      const answer = await running.run(input, 1);
      const first = performance.now() - start;
      expected ??= answer;
      const difference = largestDifference(answer, expected);
      const { name, onGpu } = contender;
      opened.push({ row: { name, onGpu, first, difference }, running });
    } catch (error) {
      failed.push({ name: contender.name, failure: String(error).slice(0, 200) });
    }
  }
  const figures = await measure(
    opened.map(({ row: { name }, running }) => {
      return { name, run: (times: number) => running.run(input, times) };
    }),
    effort,
  );
  const rows: Row[] = [];
  for (const { row, running } of opened) {
    const gpu = await running.gpu?.(input).catch(() => undefined);
    rows.push({ ...row, figures: figures.get(row.name)!, ...(gpu && { gpu }) });
    await running.close();
  }
  return { name, batch, macs, bytes, rows: [...rows, ...failed] };
}
