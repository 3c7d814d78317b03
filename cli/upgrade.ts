/**
 * `kaffe upgrade`: rewrites an old prototxt or caffemodel in the current format.
 *
 * @module
 */
import { extname } from "node:path";
import { isBinary } from "../lib/caffe/read.ts";
import { showBytes } from "../lib/numbers.ts";
import { upgrade as upgradeNetwork } from "../lib/upgrade/mod.ts";
import { headOf } from "../proto/deferred.ts";
import { defineCommand } from "./command.ts";
import { readOrOpen } from "./files.ts";
import { injectOption, readInjections } from "./injections.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { readChoice } from "./option_values.ts";
import { print, printWarning } from "./print.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

const formats = ["text", "binary"] as const;
const textNames = [".prototxt", ".pbtxt", ".txt"];
const binaryNames = [".caffemodel", ".binaryproto", ".pb"];

/** Rewrites a network. */
export const upgrade = defineCommand({
  files: { name: "OLD NEW", least: 2, most: 2, written: 1 },
  options: {
    format: { value: "text|binary", about: "The format of NEW (by its extension)." },
    "with-weights": { about: "Write the weights of a caffemodel in text, too." },
    ...injectOption,
    ...layersOption,
  },
  examples: [
    "upgrade old.prototxt new.prototxt",
    "upgrade old.caffemodel new.caffemodel",
    "upgrade net.caffemodel net.prototxt                 (the network without its weights)",
    "upgrade net.caffemodel changed.caffemodel --inject conv1:0=weights.npy --inject conv1:1=0",
  ],
  async run({ files: [file, path], values }) {
    const format = values.format === undefined
      ? formatOf(path!)
      : readChoice(values.format, "--format", formats);
    const all = values["with-weights"];
    if (all && format === "binary") {
      throw new UsageError("--with-weights is for text: a caffemodel has its weights anyway");
    }
    const { layers } = await importLayers(values.layers);
    using opened = new DisposableStack();
    const network = { bytes: await readOrOpen(file!, opened), name: file! };
    const inject = await readInjections(values.inject);
    // In text they take hundreds of megabytes, and mostly the network is wanted.
    const weights = format === "binary" || all || inject.length > 0 ||
      !isBinary(headOf(network.bytes));
    const options = { format, layers, weights, inject, warn: printWarning };
    const [size] = await writeFiles([{ path: path!, chunks: upgradeNetwork(network, options) }]);
    const form = weights ? format : "text without weights; --with-weights keeps them";
    print(`Wrote ${path} (${showBytes(size!)}, ${form})`);
    return 0;
  },
});

function formatOf(path: string): (typeof formats)[number] {
  const extension = extname(path).toLowerCase();
  if (textNames.includes(extension)) return "text";
  if (binaryNames.includes(extension)) return "binary";
  throw new UsageError(
    `${path} could be text or binary: use the extension .prototxt or .caffemodel, or --format`,
  );
}
