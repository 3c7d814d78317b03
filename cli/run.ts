/**
 * `kaffe run`: arrays in, arrays out.
 *
 * @module
 */
import { npyParts } from "../lib/emit/npy.ts";
import { type NpzMember, writeNpz } from "../lib/emit/npz.ts";
import type { Network } from "../runtime/network.ts";
import { showShape } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { inputOption, readInputs, requireInputs } from "./inputs.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import { showBytes } from "../lib/numbers.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** Runs a network once. */
export const run = defineCommand({
  files: { name: "BUNDLE", least: 1, most: 1 },
  options: {
    ...inputOption,
    output: {
      value: "out.npz",
      short: "o",
      about: "Where the outputs are written, by the blobs' names.",
    },
    blobs: { value: "pool5,prob", repeats: true, about: "Write these blobs, not the outputs." },
    all: { about: "Write every blob that the bundle has." },
    ...engineOptions,
  },
  examples: [
    "run model.npz --input data=cat.jpg -o out.npz",
    "run model.npz --input data=x.npy --blobs pool5,prob -o out.npz",
  ],
  async run({ files: [file], values }) {
    const { input, output, blobs, all } = values;
    if (output === undefined) throw new UsageError("--output is missing: -o out.npz");
    if (all && blobs.length > 0) throw new UsageError("--all and --blobs cannot both be given");
    const feed = async (network: Network) => {
      const inputs = await readInputs(input, network);
      requireInputs(network, inputs);
      return Object.fromEntries(inputs);
    };
    using opened = await openWithEngine(file!, values, feed);
    const { network } = opened;
    const outputs = all ? network.names : namesFrom(blobs, network);
    const results = await network.run(await feed(network), { outputs });
    const [size] = await writeFiles([{
      path: output,
      chunks: writeNpz(outputs.map((name): NpzMember => ({
        name: `${name}.npy`,
        parts: npyParts(results[name]!, "float32"),
      }))),
    }]);
    for (const name of outputs) print(`${name} ${showShape(results[name]!.shape)}`);
    print(`Wrote ${output} (${showBytes(size!)})`);
    return 0;
  },
});

/** The blobs that are asked for, or the outputs if none are. A name may hold commas itself. */
function namesFrom(blobs: readonly string[], network: Network): readonly string[] {
  if (blobs.length === 0) return network.outputs;
  const names = blobs.flatMap((text) => network.names.includes(text) ? [text] : text.split(","));
  return [...new Set(names)];
}
