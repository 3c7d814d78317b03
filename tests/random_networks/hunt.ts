/**
 * Runs random networks of many seeds with all executors, and prints the differences.
 *
 * `deno run -A tests/random_networks/hunt.ts --to 1000 [--from 0] [--length 12] [--only cpu]
 * [--write FOLDER]`; the last option writes each network as files for other programs.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { executors } from "./executors.ts";
import { differences } from "./compare.ts";
import { grow } from "./network.ts";
import { writeFiles } from "./files.ts";
import { checkBatch } from "./rewritten.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "0" },
    to: { type: "string", default: "100" },
    length: { type: "string", default: "10" },
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "Infinity" },
    write: { type: "string" },
    without: { type: "string", default: "" },
  },
});

const refusals = new Map<string, number>();
let found = 0, noisy = 0, blobs = 0;
const end = performance.now() + 1000 * Number(values.seconds);
let seed = Number(values.from);
for (; seed < Number(values.to) && performance.now() < end; seed++) {
  const network = grow(seed, Number(values.length), new Set(values.without.split(",")));
  for (const { reason } of network.refused) {
    if (reason.includes("it overwrites")) continue;
    const kind = reason.replace(/[\d.]+|"[^"]*"/g, "#").split("\n")[0]!;
    refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
  }
  blobs += network.answers.size;
  noisy += [...network.noise.values()].filter((noise) => noise > 1e-5).length;
  if (values.write) writeFiles(network, values.write);
  try {
    for (const batch of [1, 2, 5]) checkBatch(network, batch);
  } catch (error) {
    console.log(`seed ${seed}, batch: ${(error as Error).stack?.slice(0, 900)}`);
    found++;
  }
  for (const [name, run] of executors) {
    if (!name.includes(values.only)) continue;
    try {
      for (const answers of await run(network)) {
        for (const difference of differences(network, answers).slice(0, 3)) {
          console.log(`seed ${seed}, ${name}: ${difference}`);
          found++;
        }
      }
    } catch (error) {
      console.log(`seed ${seed}, ${name}: ${(error as Error).stack?.slice(0, 600)}`);
      found++;
    }
  }
}
console.log(
  `up to seed ${seed}: ${found} differences and errors; ` +
    `${blobs} blobs, ${noisy} of them not compared because of rounding`,
);
for (const [kind, times] of [...refusals].sort((a, b) => b[1] - a[1])) console.log(times, kind);
Deno.exit(found === 0 ? 0 : 1);
