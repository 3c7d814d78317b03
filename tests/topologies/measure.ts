/**
 * Converts the topologies at their published sizes, runs them on the GPU and in plain loops, and
 * prints how far the two are apart. Plain loops take an hour for all of them.
 *
 * ```sh
 * deno task topologies               # all
 * deno task topologies ssd mobilenet # those whose names contain a word
 * ```
 *
 * @module
 */
import { check } from "./check.ts";
import { topologies } from "./mod.ts";
import { full } from "./prototxt.ts";

const words = Deno.args.map((word) => word.toLowerCase());
const chosen = topologies.filter(({ name }) =>
  words.length === 0 || words.some((word) => name.toLowerCase().includes(word))
);
const columns = [30, 7, 9, 11, 10, 10];
const row = (cells: readonly string[]) =>
  console.log(
    cells.map((cell, i) => i === 0 ? cell.padEnd(30) : cell.padStart(columns[i]!)).join(""),
  );
row(["network", "layers", "GMAC", "difference", "GPU", "loops"]);
let failed = 0;
for (const { name, build, inputShapes } of chosen) {
  try {
    const result = await check(name, build(full), inputShapes?.(full));
    const { layers, macs, difference, seconds: [loops, gpu], warnings } = result;
    row([
      name,
      `${layers}`,
      (macs / 1e9).toFixed(2),
      difference.toExponential(1),
      `${gpu.toFixed(2)} s`,
      `${loops.toFixed(1)} s`,
    ]);
    for (const warning of warnings) console.log(`  ${warning}`);
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
    failed++;
  }
}
// A GPU that is still open would keep the process alive.
Deno.exit(failed > 0 ? 1 : 0);
