/**
 * Converts and runs the topologies at their published sizes, and prints the difference between the GPU
 * and the CPU engine, or between both and plain loops, which take hours for all networks.
 *
 * ```sh
 * deno task topologies                       # all
 * deno task topologies ssd mobilenet         # those whose names contain a word
 * deno task topologies --loops "Inception"   # against plain loops
 * ```
 *
 * @module
 */
import { check } from "./check.ts";
import { topologies } from "./mod.ts";
import { full } from "./prototxt.ts";

const loops = Deno.args.includes("--loops");
const words = Deno.args.filter((word) => word !== "--loops").map((word) => word.toLowerCase());
const chosen = topologies.filter(({ name }) =>
  words.length === 0 || words.some((word) => name.toLowerCase().includes(word))
);
const show = (first: string, others: readonly string[]) =>
  console.log(first.padEnd(32) + others.map((cell) => cell.padStart(11)).join(""));
let failed = 0;
show("network", ["layers", "GMAC", "engine", "difference", "first run"]);
for (const { name, build, inputShapes } of chosen) {
  try {
    const options = { inputShapes: inputShapes?.(full), loops };
    const { layers, macs, outcomes, warnings } = await check(name, build(full), options);
    for (const [engine, { difference, seconds }] of outcomes) {
      const cost = [`${layers}`, (macs / 1e9).toFixed(2)];
      show(name, [...cost, engine, difference.toExponential(1), `${seconds.toFixed(1)} s`]);
    }
    for (const warning of warnings) console.log(`  ${warning}`);
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
    failed++;
  }
}
// An open GPU device would keep the process alive.
Deno.exit(failed > 0 ? 1 : 0);
