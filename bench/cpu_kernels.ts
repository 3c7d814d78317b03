/**
 * The share of a core's peak that each kernel of the CPU engine reaches.
 *
 * @module
 */
import { medianTimings } from "../cli/medians.ts";
import { right, showTable } from "../cli/table.ts";
import { CpuEngine } from "../runtime/cpu/engine.ts";
import type { Timing } from "../runtime/engine.ts";
import * as w from "../runtime/wasm/assembler.ts";
import { instantiateAlone } from "../runtime/wasm/instance.ts";
import type { Race } from "./networks.ts";

/** The number of independent chains of multiply-adds, without loads. */
const chains = 12;
/** The steps of each chain in a round of the loop. */
const unrolled = 4;
/** The float32 of a vector. */
const lanes = 4;

/** The peak GFLOP/s of one thread, with SIMD and fused multiply-add. */
export function measurePeak(): number {
  const module = new w.Module({ fma: true, pages: undefined });
  const index = module.define("peak", 2, (f, address, times) => {
    const sums = f.vectorArray(chains), factor = f.vector(), i = f.int();
    const step = sums.flatMap((sum) => w.set(sum, module.fma(factor, factor, sum)));
    return [
      ...w.set(factor, w.load(address!)),
      ...w.loop(i, 0, times!, 1, Array.from({ length: unrolled }, () => step).flat()),
      ...sums.flatMap((sum, k) => w.store(address!, sum, 16 * k)),
    ];
  });
  const { functions } = instantiateAlone(module)!;
  const run = functions[index] as (address: number, times: number) => void;
  const address = 64, times = 1e6, multiplyAdds = times * chains * unrolled * lanes;
  // Warms up with short calls, so that the optimising compiler takes over.
  for (let i = 0; i < 5000; i++) run(address, 100);
  const speeds = Array.from({ length: 9 }, () => {
    const start = performance.now();
    run(address, times);
    return 2 * multiplyAdds / (performance.now() - start) / 1e6;
  });
  return Math.max(...speeds);
}

/** A table with one row per kind of kernel: its time in a single-threaded run, and its speed. */
export async function shareOfPeak({ name, graph, input }: Race, peak: number): Promise<string> {
  const engine = new CpuEngine({ threads: 1 });
  const outputs = graph.outputs.map((output) => graph.names.get(output)!);
  const program = await engine.prepare(graph, outputs);
  for (let i = 0; i < 3; i++) await program.run([input]);
  const rows = await medianTimings(7, () => engine.profile(() => program.run([input])));
  program.destroy();
  engine.destroy();
  const total = sumOf(rows, "milliseconds");
  const kinds = [...Map.groupBy(rows, ({ variant }) => variant)]
    .map(([variant, rows]) => ({
      variant,
      steps: rows.length,
      milliseconds: sumOf(rows, "milliseconds"),
      macs: sumOf(rows, "macs"),
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
  const table = showTable(
    ["", ...right("steps", "ms", "of the run", "GFLOP/s", "of the peak")],
    kinds.map(({ variant, steps, milliseconds, macs }) => {
      const speed = 2 * macs / milliseconds / 1e6;
      return [
        variant,
        String(steps),
        milliseconds.toFixed(2),
        `${(100 * milliseconds / total).toFixed(0)} %`,
        macs === 0 ? "" : speed.toFixed(1),
        macs === 0 ? "" : `${(100 * speed / peak).toFixed(0)} %`,
      ];
    }),
  );
  return `${name}: ${total.toFixed(1)} ms on one thread\n${table}\n`;
}

function sumOf(rows: readonly Timing[], key: "milliseconds" | "macs"): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}
