/**
 * `kaffe report`: writes a self-contained HTML page about a network.
 *
 * @module
 */
import { showBytes } from "../lib/numbers.ts";
import { type Times, writeReport } from "../lib/view/report.ts";
import { reportOn } from "../lib/view/report_on.ts";
import { readBundleFile } from "./bundle_file.ts";
import { bundleText, root } from "./bundle_modules.ts";
import { defineCommand } from "./command.ts";
import { importLayers } from "./layers_module.ts";
import { medianTimings } from "./medians.ts";
import { deviceOptions, openNetwork } from "./network_file.ts";
import type { Values } from "./options.ts";
import { print } from "./print.ts";
import { randomInputs } from "./random_inputs.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** The number of runs for `--profile`. */
const runs = 5;

/** Writes a report. */
export const report = defineCommand({
  files: { name: "BUNDLE", least: 1, most: 1 },
  options: {
    output: {
      value: "report.html",
      short: "o",
      path: "written",
      extensions: [".html"],
      about: "The HTML file to write.",
    },
    profile: { about: "Measure how long each op takes." },
    ...deviceOptions,
  },
  examples: ["report model.npz -o report.html --profile"],
  async run({ files: [file], values }) {
    const { output, profile, layers } = values;
    if (output === undefined) throw new UsageError("--output is missing: -o report.html");
    const { ops } = await importLayers(layers);
    const bundle = await readBundleFile(file!, ops);
    const times = profile ? await measure(file!, values) : null;
    const text = await writeReport(reportOn(bundle, times), {
      script: await bundleText("web/report.tsx"),
      style: await Deno.readTextFile(new URL("web/style.css", root)),
    });
    const chunks = [new TextEncoder().encode(text)];
    const [size] = await writeFiles([{ path: output, chunks }]);
    print(`Wrote ${output} (${showBytes(size!)})`);
    return 0;
  },
});

async function measure(file: string, values: Values<typeof deviceOptions>): Promise<Times> {
  using network = await openNetwork(file, values);
  const inputs = randomInputs(network);
  await network.run(inputs);
  const steps = new Map<string, number>();
  // A node may take several dispatches.
  for (const { node, milliseconds } of await medianTimings(runs, () => network.profile(inputs))) {
    steps.set(node, (steps.get(node) ?? 0) + milliseconds);
  }
  return { device: network.device, steps: [...steps] };
}
