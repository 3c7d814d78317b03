/**
 * `kaffe bench`: measures the run time of a bundle and, with `--profile`, of each op.
 *
 * @module
 */
import { showCount } from "../lib/numbers.ts";
import type { Timing } from "../runtime/engine.ts";
import type { Network } from "../runtime/network.ts";
import { defineCommand } from "./command.ts";
import { medianOf, medianTimings } from "./medians.ts";
import { deviceOptions, openNetwork } from "./network_file.ts";
import { readInteger } from "./option_values.ts";
import { print, printJson } from "./print.ts";
import { randomInputs } from "./random_inputs.ts";
import { right, showTable } from "./table.ts";

/** Measures the run time of a network. */
export const bench = defineCommand({
  files: { name: "BUNDLE", least: 1, most: 1 },
  options: {
    profile: { about: "Show a row for each op: its time, share, speed and shader." },
    batch: { value: "N", about: "The number of samples in a run (the model's batch size)." },
    runs: { value: "N", about: "The number of runs to take the medians of (10)." },
    json: { about: "Print JSON." },
    ...deviceOptions,
  },
  examples: ["bench model.npz --profile", "bench model.npz --device cpu --batch 8"],
  async run({ files: [file], values }) {
    const { profile, batch, runs } = values;
    const times = readInteger(runs ?? "10", "--runs", 1);
    const samples = batch === undefined ? undefined : readInteger(batch, "--batch", 1);
    const started = performance.now();
    const feed = (network: Network) => randomInputs(network, samples);
    using network = await openNetwork(file!, values, feed);
    const inputs = feed(network);
    const loaded = performance.now();
    await network.run(inputs);
    const first = performance.now();
    const name = network.name || file!, { device } = network;
    const [load, firstRun] = [loaded - started, first - loaded];
    const run = await measure(times, () => network.run(inputs));
    const steps = profile ? await medianTimings(times, () => network.profile(inputs)) : undefined;
    if (values.json) {
      printJson({ name, device, runs: times, milliseconds: { load, firstRun, run }, steps });
      return 0;
    }
    print(`${name} on ${device}`);
    print(`load ${show(load)} ms, first run ${show(firstRun)} ms`);
    print(`run ${show(run)} ms (median of ${times})`);
    if (steps) print("\n" + tableOf(steps));
    return 0;
  },
});

/** The median duration of an action, in milliseconds. */
async function measure(times: number, run: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await run();
    durations.push(performance.now() - start);
  }
  return medianOf(durations);
}

function tableOf(rows: readonly Timing[]): string {
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const macs = rows.reduce((sum, row) => sum + row.macs, 0);
  const speed = (macs: number, milliseconds: number) =>
    macs === 0 ? "" : show(2 * macs / milliseconds / 1e6);
  return showTable(
    ["node", "op", "shader", ...right("MACs", "ms", "share", "GFLOP/s")],
    rows.map(({ node, op, variant, macs, milliseconds }) => [
      node,
      op,
      variant,
      macs === 0 ? "" : showCount(macs),
      milliseconds.toFixed(3),
      `${(100 * milliseconds / total).toFixed(1)} %`,
      speed(macs, milliseconds),
    ]),
    [
      `${rows.length} dispatches`,
      "",
      "",
      showCount(macs),
      total.toFixed(3),
      "",
      speed(macs, total),
    ],
  );
}

/** A number with at least three significant digits. */
function show(number: number): string {
  return number >= 100 ? number.toFixed(0) : Number(number.toPrecision(3)).toString();
}
