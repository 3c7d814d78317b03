/**
 * `kaffe runtime`: one file that runs some networks, and nothing that they do not need.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { showBytes } from "../lib/numbers.ts";
import { readBundle } from "../runtime/bundle.ts";
import type { Graph } from "../runtime/graph.ts";
import { defineCommand } from "./command.ts";
import { readFile } from "./files.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { naming } from "./network_file.ts";
import { devices, opsOf, tailoredRuntime } from "./one_file/tailor.ts";
import { readChoice } from "./option_values.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** Writes a runtime for some bundles. */
export const runtime = defineCommand({
  name: "runtime",
  about: "Write one file of JavaScript with no more than the given bundles need to run.",
  files: { name: "BUNDLE", least: 1, most: Infinity },
  options: {
    output: { value: "runtime.js", short: "o", about: "Where the module is written." },
    device: { value: "gpu|cpu|both", about: "Run on the GPU or on the CPU alone (both)." },
    ...layersOption,
  },
  async run({ files, values: { output, device = "both", layers } }) {
    if (output === undefined) throw new UsageError("--output is missing: -o runtime.js");
    const parts = { device: readChoice(device, "--device", devices) };
    const { ops: own } = await importLayers(layers);
    const graphs: Graph[] = [];
    for (const file of files) {
      const bytes = await readFile(file);
      graphs.push((await naming(file, () => readBundle(bytes, undefined, own))).graph);
    }
    const ops = opsOf(graphs);
    const bytes = new TextEncoder().encode(await tailoredRuntime({ ...parts, ops }));
    await writeFiles([{ path: output, chunks: [bytes] }]);
    const gzipped = showBytes(gzipSync(bytes, { level: 9 }).length);
    print(
      `Wrote ${output} (${showBytes(bytes.length)}, ${gzipped} gzipped): ${[...ops].join(", ")}`,
    );
    return 0;
  },
});
