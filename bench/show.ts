/**
 * Formats the result of a race.
 *
 * @module
 */
import { right, showTable } from "../cli/table.ts";
import { showCount } from "../lib/numbers.ts";
import type { Ceiling } from "./ceiling.ts";
import type { Result } from "./race.ts";

const columns = [
  "",
  ...right("ms", "alone ms", "CPU ms", "kernels ms"),
  ...right("GFLOP/s", "of the peak", "GB/s", "of the copy", "times ours", "off by"),
];

/**
 * A table with one row per contender; ratios are of wall-clock, latency and CPU time. Bytes are those
 * that a run moves at least.
 */
export function showResult({ name, batch, macs, bytes, rows }: Result, ceiling?: Ceiling): string {
  const ours = rows[0]?.figures;
  const table = showTable(
    columns,
    rows.flatMap(({ name, onGpu, figures, gpu, difference }) => {
      if (figures === undefined) return [];
      // Per nanosecond, as the ceilings.
      const [speed, traffic] = [2 * macs, bytes].map((work) => work / (gpu ?? figures.wall) / 1e6);
      const shareOf = (most: number | undefined, rate: number) =>
        most === undefined || !onGpu ? "" : `${(100 * rate / most).toFixed(0)} %`;
      const ratio = (key: "wall" | "alone" | "cpu") =>
        ((figures[key] ?? NaN) / (ours?.[key] ?? NaN)).toFixed(2);
      return [[
        name,
        figures.wall.toFixed(2),
        figures.alone?.toFixed(2) ?? "",
        figures.cpu?.toFixed(2) ?? "",
        gpu?.toFixed(2) ?? "",
        speed!.toFixed(1),
        shareOf(ceiling?.gflops, speed!),
        traffic!.toFixed(2),
        shareOf(ceiling?.gigabytes, traffic!),
        `${ratio("wall")} (${ratio("alone")}, ${ratio("cpu")})`,
        difference?.toExponential(1) ?? "",
      ]];
    }),
  );
  const failed = rows.filter(({ failure }) => failure !== undefined)
    .map(({ name, failure }) => `${name} failed: ${failure}\n`).join("");
  return `${name}, batch ${batch}, ${showCount(macs)} MACs\n${table}\n${failed}`;
}
