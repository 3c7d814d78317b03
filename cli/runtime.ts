/**
 * `kaffe runtime`: writes a runtime in one file with only the parts that some networks need, or with
 * every op for one device.
 *
 * @module
 */
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { showBytes } from "../lib/numbers.ts";
import type { Graph } from "../runtime/graph.ts";
import { readBundleFile } from "./bundle_file.ts";
import { defineCommand } from "./command.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { allOps, devices, opsOf, runtimeTypes, tailoredRuntime } from "./one_file/tailor.ts";
import { typesBeside } from "./one_file/types.ts";
import { readChoice } from "./option_values.ts";
import { checkOutputPaths } from "./output_paths.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** Writes a runtime for some bundles, or for any. */
export const runtime = defineCommand({
  files: { name: "[BUNDLE…]", least: 0, most: Infinity },
  options: {
    output: {
      value: "runtime.js",
      short: "o",
      path: "written",
      extensions: [".js", ".mjs"],
      about: "The module to write.",
    },
    device: { value: "gpu|cpu|both", about: "The devices to support (both)." },
    "no-types": { about: "Do not write the type declarations, runtime.d.ts." },
    ...layersOption,
  },
  examples: [
    "runtime model.npz -o runtime.js",
    "runtime faces.npz eyes.npz -o runtime.js --device gpu",
    "runtime -o runtime.js --device gpu      (with every op)",
  ],
  async run({ files, values }, read) {
    const { output, device = "both", layers } = values;
    if (output === undefined) throw new UsageError("--output is missing: -o runtime.js");
    const parts = { device: readChoice(device, "--device", devices) };
    const types = values["no-types"] ? undefined : output.replace(/(\.m?js)?$/, typesEnding);
    if (types !== undefined) {
      checkOutputPaths(read, [{ path: types, from: "its types", isFolder: false }]);
    }
    const { ops: custom } = await importLayers(layers);
    const graphs: Graph[] = [];
    for (const file of files) graphs.push((await readBundleFile(file, custom)).graph);
    const ops = graphs.length > 0 ? opsOf(graphs) : allOps();
    const [code, declarations] = await Promise.all([
      tailoredRuntime({ ...parts, ops }),
      types === undefined ? "" : runtimeTypes(),
    ]);
    const encode = (text: string) => new TextEncoder().encode(text);
    const bytes = encode(types === undefined ? code : typesBeside(basename(types)) + code);
    await writeFiles([
      { path: output, chunks: [bytes] },
      ...(types === undefined ? [] : [{ path: types, chunks: [encode(declarations)] }]),
    ]);
    const gzipped = showBytes(gzipSync(bytes, { level: 9 }).length);
    if (types !== undefined) print(`Wrote ${types} (its types)`);
    print(
      `Wrote ${output} (${showBytes(bytes.length)}, ${gzipped} gzipped): ` +
        (graphs.length > 0 ? [...ops].join(", ") : "every op"),
    );
    return 0;
  },
});

/** The extension of the type declarations for the extension of a module. */
function typesEnding(ending: string): string {
  return ending === ".mjs" ? ".d.mts" : ".d.ts";
}
