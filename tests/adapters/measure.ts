/**
 * Runs all recordings on a GPU with each family of kernels, and prints the differences from Caffe.
 *
 * ```sh
 * deno task goldens                                    # the adapter that Deno finds
 * DENO_WEBGPU_BACKEND=gl deno task goldens             # OpenGL in place of Vulkan
 * deno task goldens --browser                          # Chromium's
 * deno task goldens --kinds nets,trained --families "for silicon" resnet
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { quietGraphics } from "../../cli/quiet_graphics.ts";
import { right, showTable } from "../../cli/table.ts";
import { inBrowser, inDeno } from "./adapter.ts";
import { families, type Family } from "./compare.ts";
import { recordings } from "./recordings.ts";

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    browser: { type: "boolean", default: false },
    kinds: { type: "string", default: "layers,forks,trained" },
    families: { type: "string", default: Object.keys(families).join() },
  },
});

/** The results of all bundles of a kind with a family of kernels. */
interface Tally {
  bundles: number;
  blobs: number;
  distance: number;
  failures: string[];
}

quietGraphics();
await using adapter = values.browser ? await inBrowser() : await inDeno();
console.log(adapter.description);
const rows: string[][] = [];
const failures: string[] = [];
for (const kind of values.kinds.split(",")) {
  const chosen = recordings[kind]!().filter(({ name }) =>
    words.length === 0 || words.some((word) => name.includes(word))
  );
  const tallies = new Map(
    values.families.split(",").map((family) =>
      [family as Family, { bundles: 0, blobs: 0, distance: 0, failures: [] } as Tally] as const
    ),
  );
  const started = performance.now();
  for (const { name, tolerance, works } of chosen) {
    const made = await works();
    for (const [family, tally] of tallies) {
      for (const work of made) {
        const { blobs, distance, worst } = await adapter.run(family, work);
        tally.bundles++;
        tally.blobs += blobs;
        if (distance <= tolerance) tally.distance = Math.max(tally.distance, distance);
        else tally.failures.push(`${name} (${family}): ${worst} is off by ${distance}`);
      }
    }
  }
  console.log(`${kind}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  for (const [family, tally] of tallies) {
    const { bundles, blobs, distance } = tally;
    const off = `${tally.failures.length}`;
    rows.push([kind, family, `${bundles}`, `${blobs}`, distance.toExponential(1), off]);
    failures.push(...tally.failures);
  }
}
const columns = ["recordings", "kernels", ...right("bundles", "blobs", "farthest", "too far")];
console.log(showTable(columns, rows));
for (const failure of failures) console.log(failure);
if (failures.length > 0) Deno.exitCode = 1;
